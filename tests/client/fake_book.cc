// SPDX-License-Identifier: Apache-2.0
#include "tests/client/fake_book.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace kizuna::test {

google::rpc::Status Details(int code, const std::string& message, const std::string& reason,
                            const std::string& field) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("kizuna.dev");
  details.add_details()->PackFrom(info);
  if (!field.empty()) {
    google::rpc::BadRequest request;
    google::rpc::BadRequest::FieldViolation* const violation = request.add_field_violations();
    violation->set_field(field);
    violation->set_description("is out of range; write 0 to 10");
    details.add_details()->PackFrom(request);
  }
  return details;
}

google::rpc::Status NoAccount(const std::string& name) {
  return Details(static_cast<int>(absl::StatusCode::kNotFound),
                 absl::StrCat("there is no account '", name, "'"), "ACCOUNT_NOT_FOUND", "");
}

v1::FactResult Record(Book& book, const v1::Fact& fact) {
  absl::MutexLock lock(&book.mutex);
  v1::FactResult result;
  if (fact.has_survey() && (fact.survey().score() < 0 || fact.survey().score() > 10)) {
    *result.mutable_error() = Details(static_cast<int>(absl::StatusCode::kInvalidArgument),
                                      "the fact is refused", "FACT_INVALID", "survey.score");
    return result;
  }
  auto account = book.accounts.find(fact.account());
  if (account == book.accounts.end() && !fact.has_profile()) {
    *result.mutable_error() = NoAccount(fact.account());
    return result;
  }
  if (account == book.accounts.end()) {
    book.AddAccount(fact.account().substr(9), fact.profile().display_name());
    account = book.accounts.find(fact.account());
  }
  const auto key = std::make_tuple(fact.account(), fact.source(), fact.fact_id());
  const bool fresh = book.facts.emplace(key, fact).second;
  if (fresh && fact.has_survey()) {
    account->second.newest_nps = static_cast<int>(fact.survey().score());
  }
  if (fresh) book.last_fact = fact;
  result.mutable_accepted()->set_disposition(fresh ? v1::FactResult::DISPOSITION_RECORDED
                                                   : v1::FactResult::DISPOSITION_DUPLICATE);
  result.mutable_accepted()->set_revision(fresh ? ++book.revision : book.revision);
  account->second.account.set_revision(result.accepted().revision());
  return result;
}

v1::Verdict VerdictOn(const FakeAccount& account) {
  if (account.newest_nps < 0) return v1::VERDICT_UNKNOWN;
  return account.newest_nps <= 6 ? v1::VERDICT_DENY : v1::VERDICT_ALLOW;
}

void AddReason(const FakeAccount& account, v1::Motion motion,
               google::protobuf::RepeatedPtrField<v1::Reason>* reasons) {
  if (VerdictOn(account) == v1::VERDICT_ALLOW) return;
  const bool denied = VerdictOn(account) == v1::VERDICT_DENY;
  v1::Reason* const reason = reasons->Add();
  reason->set_code(denied ? "DISSATISFIED" : "SENTIMENT_STALE");
  reason->set_effect(denied ? v1::EFFECT_DENY : v1::EFFECT_UNKNOWN);
  reason->set_missing(!denied);
  reason->add_motions(motion);
  reason->set_remedy(denied ? "Call the people who are dissatisfied." : "Ask for a new answer.");
  reason->set_who_can_act("owner");
  v1::Evidence* const evidence = reason->add_evidence();
  evidence->set_feature(denied ? "sentiment.detractor_share(365)" : "sentiment.age_days");
  evidence->set_comparison(denied ? v1::COMPARISON_AT_LEAST : v1::COMPARISON_ABOVE);
  evidence->set_threshold(denied ? 0.1 : 180);
  if (!denied) return;
  evidence->set_value(1);
  v1::EvidenceItem* const item = evidence->add_facts();
  item->set_contact_id("c-1");
  item->mutable_fact()->set_source("survey");
  item->mutable_fact()->set_fact_id("nps-1");
  item->mutable_observed_at()->set_seconds(kNowSeconds - 86400);
  reason->mutable_opens_at()->set_seconds(kNowSeconds + 30 * 86400);
}

void FillHealth(const FakeAccount& account, v1::Health* health) {
  health->set_account(account.account.name());
  health->set_score(60);
  health->set_raw_score(61.375);
  health->set_band(v1::BAND_YELLOW);
  health->set_coverage(0.83);
  health->set_minimum_coverage(0.4);
  health->set_model("default");
  const auto add = [health](const char* dimension, const char* feature, double value, double y,
                            double share) {
    v1::Driver* const driver = health->add_drivers();
    driver->set_dimension(dimension);
    driver->set_feature(feature);
    driver->set_value(value);
    driver->set_y(y);
    driver->set_share(share);
    driver->set_points(share * y);
    driver->mutable_newest_evidence_date()->set_year(2026);
    driver->mutable_newest_evidence_date()->set_month(11);
    driver->mutable_newest_evidence_date()->set_day(21);
    v1::EvidenceItem* const item = driver->add_facts();
    item->mutable_fact()->set_source("survey");
    item->mutable_fact()->set_fact_id("nps-1");
    item->mutable_observed_at()->set_seconds(kNowSeconds - 86400);
    item->mutable_observed_at()->set_nanos(1000);
  };
  add("usage", "usage.activity.trend(28)", 0.1, 81.0, 0.375);
  add("sentiment", "nps(180)", 20, 49.6, 0.625);
  v1::Driver* const missing = health->add_drivers();
  missing->set_dimension("support");
  missing->set_feature("support.oldest_open_days");
  health->mutable_cap()->set_feature("support.open_critical");
  health->mutable_cap()->set_value(1);
  health->mutable_cap()->set_comparison(v1::COMPARISON_AT_LEAST);
  health->mutable_cap()->set_threshold(1);
  health->mutable_cap()->set_limit(60);
  health->mutable_cap()->set_points(-1.375);
  health->set_revision(account.account.revision());
  health->set_rulebook_number(1);
  health->mutable_checked_at()->set_seconds(kNowSeconds);
  health->mutable_valid_until()->set_seconds(kNowSeconds + 86400);
}

v1::CheckPitchResponse Check(const FakeAccount& account, const v1::CheckPitchRequest& request) {
  v1::CheckPitchResponse response;
  response.set_account(request.account());
  response.set_motion(request.motion() == v1::MOTION_UNSPECIFIED ? v1::MOTION_SEATS
                                                                 : request.motion());
  response.set_product(request.product().empty() ? "products/wms" : request.product());
  response.set_verdict(VerdictOn(account));
  AddReason(account, response.motion(), response.mutable_reasons());
  response.set_health_score(60);
  response.set_band(v1::BAND_YELLOW);
  response.set_coverage(0.83);
  if (response.verdict() == v1::VERDICT_ALLOW) {
    response.set_readiness(81.5);
  } else {
    response.set_readiness_if_opened(81.5);
  }
  response.set_revision(account.account.revision());
  response.set_rulebook_number(1);
  response.mutable_checked_at()->set_seconds(kNowSeconds);
  response.mutable_valid_until()->set_seconds(kNowSeconds + 86400);
  return response;
}

}  // namespace kizuna::test
