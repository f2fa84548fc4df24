// SPDX-License-Identifier: Apache-2.0
//
// Who is the account? Its profile and its people.

#include <cmath>

#include "absl/strings/str_cat.h"
#include "tools/generate/script.h"

namespace kizuna::generate {
namespace {

struct Part {
  Person person;
  v1::Role role;
  const char* department;
  const char* english_title;
  const char* japanese_title;
};

constexpr Part kParts[] = {
    {kDecisionMaker, v1::ROLE_DECISION_MAKER, "operations", "Head of Operations", "業務本部長"},
    {kChampion, v1::ROLE_CHAMPION, "logistics", "Site Lead", "センター長"},
    {kFirstUser, v1::ROLE_USER, "logistics", "Shift Supervisor", "現場主任"},
    {kSecondUser, v1::ROLE_USER, "accounting", "Accountant", "経理担当"},
};

const char* SegmentOf(int64_t seats) {
  return seats >= 400 ? "enterprise" : seats >= 80 ? "mid-market" : "small";
}

void AddPeople(Script& script) {
  for (const Part& part : kParts) {
    v1::Contact& contact =
        *script.Add(kCrm, absl::StrCat("contact-", part.person + 1), script.age_days)
             .mutable_contact();
    contact.set_contact_id(script.IdOf(part.person));
    contact.set_role(part.role);
    contact.set_department(part.department);
    contact.set_full_name(MakePerson(script.language, script.random));
    contact.set_email(
        absl::StrCat("p", part.person + 1, "@", AccountIdOf(script.account), ".example"));
    contact.set_title(script.language == Language::kJapanese ? part.japanese_title
                                                             : part.english_title);
  }
}

}  // namespace

void AddProfile(Script& script) {
  Random& random = script.random;
  const Company company = MakeCompany(script.language, random);
  v1::Profile& profile = *script.Add(kCrm, "profile", script.age_days).mutable_profile();
  profile.set_display_name(company.name);
  profile.set_industry(company.industry);
  profile.set_segment(SegmentOf(script.seats));
  profile.set_country(script.language == Language::kJapanese ? "JP" : "GB");
  profile.set_language(TagOf(script.language));
  profile.set_owner(absl::StrCat("csm-", random.Whole(1, 8), "@kizuna.example"));
  profile.set_sales_owner(absl::StrCat("sales-", random.Whole(1, 6), "@kizuna.example"));
  if (random.Chance(0.15)) profile.set_partner(absl::StrCat("partner-", random.Whole(1, 3)));
  v1::Alias& alias = *profile.add_aliases();
  alias.set_system("crm");
  alias.set_id(absl::StrCat("C", 100000 + script.account));
  v1::Sizing& employees = *profile.add_sizing();
  employees.set_name("employees");
  employees.set_value(std::round(static_cast<double>(script.seats) * random.Between(1.5, 9)));
  if (random.Chance(0.5)) {
    profile.set_budget_month(static_cast<int32_t>(random.Whole(1, 12)));
  }
  AddPeople(script);
}

}  // namespace kizuna::generate
