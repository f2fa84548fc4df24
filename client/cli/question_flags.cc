// SPDX-License-Identifier: Apache-2.0
#include "client/cli/question_flags.h"

#include "client/cli/as_of.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {

void QuestionFlags::AddTo(CLI::App* command, const std::string& contact_flag) {
  command->add_option("account", account, "the account's id")->required();
  command
      ->add_option(
          "--motion", motion,
          "what is meant: " + WordsOf(v1::Motion_descriptor()) + " (default: the best pitch)")
      ->type_name("MOTION");
  command->add_option("--product", product, "what is offered (default: the best)")
      ->type_name("PRODUCT");
  command->add_option("--team", team, "the team that asks")->type_name("TEAM");
  command->add_option(contact_flag, contact, "the person to be approached, a contact id")
      ->type_name("CONTACT");
  command->add_option("--channel", channel, "the channel, such as mail")->type_name("CHANNEL");
  command->add_option("--as-of", as_of, kAsOfHelp)->type_name("DATE");
  command->add_option("--known-at", known_at, kKnownAtHelp)->type_name("REVISION");
  command
      ->add_option("--at-least-as-fresh", at_least_as_fresh,
                   "a revision of the account that the answer must reflect")
      ->type_name("REVISION");
}

absl::StatusOr<v1::CheckPitchRequest> QuestionFlags::Request() const {
  v1::CheckPitchRequest request;
  request.set_account(AccountName(account));
  if (!motion.empty()) {
    const absl::StatusOr<v1::Motion> meant = ParseWord<v1::Motion>("--motion", motion);
    if (!meant.ok()) return meant.status();
    request.set_motion(*meant);
  } else if (!product.empty()) {
    return UsageError("--product", "needs --motion: say what is meant with the product");
  }
  request.set_product(ProductName(product));
  request.set_team(team);
  request.set_contact(contact);
  request.set_channel(channel);
  request.set_at_least_as_fresh(at_least_as_fresh);
  request.set_known_at(known_at);
  if (const absl::Status wrong = SetAsOf(as_of, &request); !wrong.ok()) return wrong;
  return request;
}

}  // namespace kizuna::cli
