// SPDX-License-Identifier: Apache-2.0
#include "tests/client/review/samples.h"

#include <google/protobuf/text_format.h>

#include <cmath>

#include "absl/strings/str_cat.h"

namespace kizuna::test {
namespace {

template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) std::abort();
  return message;
}

constexpr char kBare[] = R"(
  name: "accounts/acme/reviews/2026Q3"
  display_name: "Acme Corporation"
  copy: REVIEW_COPY_CUSTOMER
  quarter: "2026Q3"
  first_date { year: 2026 month: 7 day: 1 }
  last_date { year: 2026 month: 9 day: 30 }
  until { seconds: 1790780399 }
  prepared_at { seconds: 1791000000 }
  revision: 42
  rulebook_number: 7
  owner: "Keiko Tanaka"
  language: "en"
)";

constexpr char kRich[] = R"(
  actions {
    kind: KIND_ISSUE state: STATE_DONE subject: "$reporting" text: "$monthly"
    due_date { year: 2026 month: 7 day: 31 } done_date { year: 2026 month: 7 day: 24 }
  }
  actions {
    kind: KIND_TICKET state: STATE_LATE subject: "T-1042" text: "$slow"
    severity: SEVERITY_HIGH due_date { year: 2026 month: 8 day: 15 }
  }
  actions {
    kind: KIND_MILESTONE state: STATE_DONE subject: "crm" milestone: MILESTONE_ADOPTED
    due_date { year: 2026 month: 9 day: 1 } done_date { year: 2026 month: 8 day: 28 }
  }
  objectives {
    objective_id: "o-1" title: "$faster"
    start_date { year: 2026 month: 4 day: 1 } due_date { year: 2026 month: 12 day: 31 }
    target: 100 progress: 72 expected: 66.4 result: RESULT_ON_TRACK
  }
  objectives {
    objective_id: "o-2" title: "$trained"
    start_date { year: 2026 month: 4 day: 1 } due_date { year: 2026 month: 9 day: 30 }
    target: 250 progress: 190 expected: 250 result: RESULT_MISSED
  }
  objectives {
    objective_id: "o-3" title: "$paperless"
    start_date { year: 2026 month: 6 day: 1 } due_date { year: 2027 month: 3 day: 31 }
    target: 12 progress: 2.5 expected: 4.8 result: RESULT_BEHIND
  }
  adoption {
    product: "products/crm" display_name: "CRM" seats_purchased: 250 seats_active: 221
    seats_active_before: 190 features_available: 18 features_used: 13 features_used_before: 11
  }
  adoption { product: "products/wms" seats_active: 40 }
  voice {
    promoters: 12 passives: 6 detractors: 2 nps: 50 nps_before: 35
    csat: 0.86 csat_before: 0.81 csat_answers: 44 comment_count: 9
    comments {
      date { year: 2026 month: 9 day: 12 } kind: KIND_NPS score: 9 scale_max: 10
      text: "$praise" role: ROLE_CHAMPION
    }
    comments {
      date { year: 2026 month: 8 day: 3 } kind: KIND_CSAT score: 3 scale_max: 5
      text: "$complaint" role: ROLE_USER
    }
  }
  support {
    opened: 31 closed: 28 open_at_end: 5 escalated: 1 opened_before: 40
    opened_by_severity: [ 9, 15, 5, 2, 0 ]
    promised_minutes: 240 judged: 30 in_time: 28
    median_response_minutes: 52 median_hours_to_close: 19.5
  }
  values {
    product: "products/crm" display_name: "CRM"
    reached { milestone: MILESTONE_DEPLOYED date { year: 2025 month: 10 day: 2 } }
    reached { milestone: MILESTONE_ONBOARDED date { year: 2025 month: 12 day: 11 } }
    reached { milestone: MILESTONE_FIRST_VALUE date { year: 2026 month: 3 day: 5 } }
    reached { milestone: MILESTONE_ADOPTED date { year: 2026 month: 8 day: 28 } in_quarter: true }
    next: MILESTONE_VALUE_REALISED
  }
  values {
    product: "products/wms"
    reached { milestone: MILESTONE_DEPLOYED date { year: 2026 month: 9 day: 20 } in_quarter: true }
    next: MILESTONE_ONBOARDED
  }
  issues {
    category: "$integration" text: "$erp" status: STATUS_CONFIRMED
    first_date { year: 2026 month: 8 day: 20 }
  }
  issues {
    category: "$reporting" text: "$monthly" status: STATUS_SOLUTION_CONFIRMED
    first_date { year: 2026 month: 5 day: 2 } solved_date { year: 2026 month: 7 day: 24 }
  }
  people {
    people { full_name: "$ceo" title: "$ceo_title" role: ROLE_DECISION_MAKER department: "$board" }
    people { full_name: "$lead" title: "$lead_title" role: ROLE_CHAMPION department: "$it" }
    people { role: ROLE_USER department: "$sales" }
    left { full_name: "$gone" role: ROLE_USER }
    missing: ROLE_USER
    counts { kind: KIND_CALL count: 14 two_way: 11 }
    counts { kind: KIND_MEETING count: 5 two_way: 5 }
    counts { kind: KIND_MAIL count: 37 two_way: 12 }
    two_way_by_month: [ 9, 12, 7 ]
    two_way_before: 22
    last_two_way_date { year: 2026 month: 9 day: 24 }
  }
  relationship {
    since_date { year: 2025 month: 9 day: 15 }
    held {
      product: "products/crm" display_name: "CRM" plan: "Business" seats: 250
      renewal_date { year: 2026 month: 12 day: 15 } auto_renew: true
    }
    held { product: "products/wms" plan: "Basic" }
    loyalty_evidence: 2
  }
  plan {
    kind: KIND_ISSUE state: STATE_OPEN subject: "$integration" text: "$erp"
    due_date { year: 2026 month: 11 day: 30 }
  }
  plan {
    kind: KIND_MILESTONE state: STATE_OPEN subject: "crm" milestone: MILESTONE_VALUE_REALISED
  }
  plan {
    kind: KIND_RENEWAL state: STATE_OPEN subject: "crm"
    due_date { year: 2026 month: 12 day: 15 }
  }
  proposals {
    tier: PROPOSAL_TIER_GOOD
    products {
      product: "products/crm" display_name: "CRM" motion: MOTION_SEATS
      extended_product: "products/crm"
      grounds { kind: KIND_SEATS_IN_USE subject: "crm" value: 0.88 }
    }
    benefits: BENEFIT_MORE_FROM_OWNED
  }
  proposals {
    tier: PROPOSAL_TIER_BETTER
    products {
      product: "products/connect" display_name: "Connect" motion: MOTION_CROSS_SELL
      extended_product: "products/crm"
      grounds { kind: KIND_ISSUE subject: "$integration" }
      grounds { kind: KIND_INTEREST value: 12 }
      grounds { kind: KIND_RELATED subject: "crm" }
    }
    benefits: [ BENEFIT_SOLVES_ISSUE, BENEFIT_ASKED_FOR ]
  }
  proposals {
    tier: PROPOSAL_TIER_BEST
    products {
      product: "products/connect" display_name: "Connect" motion: MOTION_CROSS_SELL
      extended_product: "products/crm"
      grounds { kind: KIND_ISSUE subject: "$integration" }
    }
    products {
      product: "products/crm" display_name: "CRM" motion: MOTION_SEATS
      extended_product: "products/crm"
      grounds { kind: KIND_SEATS_IN_USE subject: "crm" value: 0.88 }
    }
    benefits: [ BENEFIT_SOLVES_ISSUE, BENEFIT_MORE_FROM_OWNED, BENEFIT_LESS_EFFORT ]
  }
)";

struct WordPair {
  const char* mark;
  const char* english;
  const char* japanese;
};

constexpr WordPair kWords[] = {
    {"$reporting", "Reporting", "レポート"},
    {"$monthly", "The monthly report takes two days by hand",
     "月次レポートの作成に手作業で2日かかる"},
    {"$slow", "Search is slow on Monday mornings", "月曜の朝に検索が遅くなる"},
    {"$faster", "Answer 100 customers a day", "1日100件のお客様対応"},
    {"$trained", "Train 250 people in sales", "営業部門250名の研修完了"},
    {"$paperless", "Twelve sites without paper", "12拠点のペーパーレス化"},
    {"$praise", "The new dashboards are what we wanted for years.",
     "新しいダッシュボードは、まさに長年望んでいたものです。"},
    {"$complaint", "Good, but the app should work offline in the warehouse.",
     "おおむね満足していますが、倉庫でもオフラインで使えるようにしてほしいです。"},
    {"$integration", "Integration", "システム連携"},
    {"$erp", "Orders are typed into the ERP a second time",
     "受注データを基幹システムへ二重に入力している"},
    {"$ceo_title", "Managing director", "代表取締役社長"},
    {"$ceo", "Maria Schmidt", "佐藤 由紀"},
    {"$board", "Board", "経営企画室"},
    {"$lead_title", "Head of IT", "情報システム部長"},
    {"$lead", "John Smith", "鈴木 一郎"},
    {"$it", "IT", "情報システム部"},
    {"$sales", "Sales", "営業部"},
    {"$gone", "Ann Lee", "高橋 健"},
};

std::string Filled(std::string text, bool japanese) {
  for (const WordPair& word : kWords) {
    for (size_t at; (at = text.find(word.mark)) != std::string::npos;) {
      text.replace(at, std::string(word.mark).size(), japanese ? word.japanese : word.english);
    }
  }
  return text;
}

// 26 weeks back from the end of September.
void AddUsage(const std::string& metric, double size, bool gauge, int without, v1::Review* review) {
  constexpr int kDays[] = {30, 31, 30, 31, 31, 30};  // April to September
  v1::ReviewUsage* const usage = review->add_usage();
  usage->set_metric(metric);
  usage->set_gauge(gauge);
  double sums[2] = {0, 0};
  for (int i = 0; i < 26; ++i) {
    v1::ReviewUsage::Week* const week = usage->add_weeks();
    int day = i * 7 + 1;  // of the days from 2 April on
    int month = 0;
    while (day >= kDays[month]) day -= kDays[month++];
    week->mutable_first_date()->set_year(2026);
    week->mutable_first_date()->set_month(4 + month);
    week->mutable_first_date()->set_day(day + 1);
    if (i < without) continue;
    week->set_value(size * (1 + 0.02 * i + 0.15 * std::sin(i * 1.7)));
    sums[i / 13] += week->value();
  }
  if (without < 13) usage->set_value_before(gauge ? sums[0] / 13 : sums[0]);
  usage->set_value(gauge ? sums[1] / 13 : sums[1]);
}

}  // namespace

v1::Review EmptyReview() { return Parsed<v1::Review>(kBare); }

v1::Review RichReview(bool japanese) {
  v1::Review review = EmptyReview();
  review.MergeFrom(Parsed<v1::Review>(Filled(kRich, japanese)));
  AddUsage("logins", 820, false, 0, &review);
  AddUsage("active_users", 180, true, 4, &review);
  if (japanese) {
    review.set_display_name("株式会社アクメ物流");
    review.set_owner("田中 恵子");
    review.set_language("ja");
  }
  return review;
}

v1::Review HostileReview() {
  const std::string nasty =
      "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; ]]> --> "
      "# head\n- item | cell `code` *bold* [link](http://evil.example) ![i](x)\x01\x02\x7f "
      "\xE2\x80\xAE"
      "desrever \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 שלום مرحبا \xFF\xFE "
      "</style><style>*{display:none}";
  const std::string endless = std::string(400, 'W') + nasty;
  v1::Review review = RichReview(false);
  review.set_display_name(nasty + endless);
  review.set_owner(nasty);
  for (auto& action : *review.mutable_actions()) action.set_text(nasty);
  for (auto& objective : *review.mutable_objectives()) objective.set_title(endless);
  for (auto& usage : *review.mutable_usage()) usage.set_metric(endless);
  for (auto& adoption : *review.mutable_adoption()) adoption.set_display_name(endless);
  for (auto& comment : *review.mutable_voice()->mutable_comments()) comment.set_text(endless);
  for (auto& issue : *review.mutable_issues()) {
    issue.set_category(nasty);
    issue.set_text(endless);
  }
  for (auto& value : *review.mutable_values()) value.set_display_name(endless);
  for (auto& person : *review.mutable_people()->mutable_people()) {
    person.set_full_name(nasty);
    person.set_title(endless);
  }
  for (auto& held : *review.mutable_relationship()->mutable_held()) {
    held.set_display_name(nasty);
    held.set_plan(endless);
  }
  for (auto& proposal : *review.mutable_proposals()) {
    for (auto& product : *proposal.mutable_products()) product.set_display_name(endless);
  }
  v1::ReviewText* const text = review.add_texts();
  text->set_section(v1::REVIEW_SECTION_PLAN);
  text->set_language("en");
  text->set_text(nasty + "\n\n" + endless);
  return review;
}

void AddInternal(v1::Review* review) {
  review->set_copy(v1::REVIEW_COPY_INTERNAL);
  *review->mutable_internal() = Parsed<v1::InternalReview>(R"pb(
    before {
      score: 71.4
      level: 71.4
      band: BAND_GREEN
      coverage: 0.83
      loyalty_tier: LOYALTY_TIER_PROMOTER
      touch_tier: TOUCH_TIER_HIGH
    }
    after {
      score: 58.2
      level: 58.2
      band: BAND_YELLOW
      coverage: 0.91
      loyalty_tier: LOYALTY_TIER_PROMOTER
      touch_tier: TOUCH_TIER_HIGH
    }
    change { change: -13.2 facts: -9.1 time: -4.1 }
    measures {
      feature: "usage.activity.trend(28)"
      value_before: 1.12
      value_after: 0.84
      change { change: -8.3 facts: -6.2 time: -2.1 }
    }
    measures {
      feature: "support.open_age_days.max"
      value_after: 41
      change { change: -3.4 facts: -3.4 }
    }
    caps {
      feature: "sentiment.nps.min"
      points_before: 0
      points_after: -1.5
      change { change: -1.5 facts: 0.5 time: -2 }
    }
    tiers {
      before { band: BAND_GREEN }
      after { band: BAND_YELLOW }
    }
    best_pitch {
      motion: MOTION_CROSS_SELL
      product: "products/connect"
      verdict: VERDICT_DENY
      readiness { score: 61.5 }
      reasons {
        code: "DISSATISFIED"
        remedy: "Talk to the person who scored 0 to 6 and record a "
                "recovery."
        who_can_act: "owner"
      }
      reasons {
        code: "OPEN_ESCALATION"
        missing: true
        remedy: "Close the escalated ticket T-1042."
        who_can_act: "support"
        opens_at { seconds: 1792000000 }
      }
    }
    recurring_revenue { currency_code: "JPY" units: 12400000 }
    cell: MATRIX_CELL_A
    holds {
      hold_id: "h-1"
      author: "sato"
      reason: "Legal dispute about the invoice of May"
      expires_at { seconds: 1795000000 }
    }
    waivers {
      gate: "CHAMPION_LEFT"
      author: "ito"
      reason: "The new champion starts on Monday"
      expires_at { seconds: 1793000000 }
    }
    assumed_issues {
      category: "Retention"
      text: "Staff turnover in the warehouse"
      status: STATUS_ASSUMED
      first_date { year: 2026 month: 8 day: 1 }
    }
    notes {
      date { year: 2026 month: 9 day: 3 }
      kind: "interaction"
      text: "They asked quietly about the discount of last year."
    }
  )pb");
  v1::ReviewPeople::Count* const pitch = review->mutable_people()->add_counts();
  pitch->set_kind(v1::Interaction::KIND_PITCH);
  pitch->set_count(2);
  int64_t units = 480000;
  for (v1::TieredProposal& proposal : *review->mutable_proposals()) {
    for (v1::ProposedProduct& product : *proposal.mutable_products()) {
      product.mutable_annual_price()->set_currency_code("JPY");
      product.mutable_annual_price()->set_units(units);
      product.set_margin(0.62);
      v1::OfferGround* const ground = product.add_grounds();
      ground->set_kind(v1::OfferGround::KIND_AFFINITY);
      ground->set_subject("wms");
      ground->set_value(1.83);
    }
    proposal.mutable_yearly_gain()->set_currency_code("JPY");
    proposal.mutable_yearly_gain()->set_units(units);
    proposal.mutable_yearly_margin()->set_currency_code("JPY");
    proposal.mutable_yearly_margin()->set_units(units * 6 / 10);
    units *= 2;
  }
}

v1::Review HugeReview(bool japanese) {
  v1::Review review = RichReview(japanese);
  review.set_unfinished(true);
  for (const char* metric : {"api_calls", "reports_exported", "orders_created", "warehouse_moves",
                             "mobile_sessions", "storage_gigabytes"}) {
    AddUsage(metric, 12500, metric[0] == 's', 0, &review);
  }
  const std::string sentence =
      japanese
          ? "倉庫の入出庫処理がピーク時に遅れ、現場の担当者が紙の伝票に戻ってしまうことがあるた"
            "め、"
            "夕方の締め処理までに在庫が合わなくなることが続いています。"
          : "When many orders come in at once the screens in the warehouse lag, people go back "
            "to paper slips, and by the evening the stock no longer matches. ";
  for (int i = 0; i < 40; ++i) {
    v1::ReviewIssue* const issue = review.add_issues();
    issue->set_category(absl::StrCat(japanese ? "倉庫 " : "Warehouse ", i));
    issue->set_text(i % 3 == 0 ? sentence + sentence : sentence);
    issue->set_status(i % 4 == 0 ? v1::Issue::STATUS_SOLVED : v1::Issue::STATUS_CONFIRMED);
    *issue->mutable_first_date() = review.first_date();
    if (i % 4 == 0) *issue->mutable_solved_date() = review.last_date();
  }
  while (review.voice().comments_size() < 20) {
    v1::ReviewVoice::Comment* const comment = review.mutable_voice()->add_comments();
    *comment = review.voice().comments(0);
    comment->set_text(sentence + sentence + sentence);
  }
  v1::ReviewText* const text = review.add_texts();
  text->set_section(v1::REVIEW_SECTION_SUMMARY);
  text->set_language(japanese ? "ja" : "en");
  for (int i = 0; i < 6; ++i) text->set_text(text->text() + sentence + sentence + "\n");
  return review;
}

v1::Proposal RichProposal(bool japanese) {
  v1::Proposal proposal = Parsed<v1::Proposal>(Filled(R"(
    account: "accounts/acme" display_name: "Acme Corporation"
    product {
      product: "products/connect" display_name: "Connect" motion: MOTION_CROSS_SELL
      extended_product: "products/crm"
      grounds { kind: KIND_ISSUE subject: "$integration" value: 1 }
      grounds { kind: KIND_AFFINITY subject: "wms" value: 1.83 }
      grounds { kind: KIND_RELATED subject: "crm" }
      annual_price { currency_code: "JPY" units: 987654 } margin: 0.6251
    }
    issues { category: "$integration" text: "$erp" status: STATUS_CONFIRMED }
    issues { category: "$reporting" text: "$monthly" status: STATUS_ASSUMED }
    objectives { title: "$faster" due_date { year: 2026 month: 12 day: 31 } }
    benefits: [ BENEFIT_SOLVES_ISSUE, BENEFIT_LESS_EFFORT ]
    people { full_name: "$ceo" title: "$ceo_title" role: ROLE_DECISION_MAKER }
    relationship { held { product: "products/crm" display_name: "CRM" } }
    assessment { motion: MOTION_CROSS_SELL verdict: VERDICT_ALLOW readiness { score: 81.5 } }
    decision_id: "d1.acme" revision: 42 rulebook_number: 7
    prepared_at { seconds: 1791000000 } owner: "Keiko Tanaka" language: "en"
  )",
                                                      japanese));
  if (japanese) {
    proposal.set_display_name("株式会社アクメ物流");
    proposal.set_owner("田中 恵子");
    proposal.set_language("ja");
  }
  return proposal;
}

std::vector<std::pair<std::string, v1::Review>> AllReviews() {
  std::vector<std::pair<std::string, v1::Review>> all;
  const auto both = [&all](const std::string& name, const v1::Review& review) {
    all.emplace_back(name + "-customer", review);
    all.emplace_back(name + "-internal", review);
    AddInternal(&all.back().second);
  };
  both("rich-en", RichReview(false));
  both("rich-ja", RichReview(true));
  both("huge-en", HugeReview(false));
  both("huge-ja", HugeReview(true));
  both("empty", EmptyReview());
  both("hostile", HostileReview());
  v1::Review quiet = RichReview(true);
  quiet.clear_proposals();
  quiet.clear_voice();
  quiet.clear_support();
  quiet.set_display_name(
      "独立行政法人 国際ロジスティクス・サプライチェーン高度化推進機構 関東甲信越支部 "
      "システム企画統括本部");
  all.emplace_back("quiet-ja-customer", quiet);
  return all;
}

std::vector<std::string> ForbiddenWords() {
  return {"score",  "risk",   "margin", "discount",  "hold", "waive",  "internal",
          "churn",  "health", "gate",   "readiness", "lift", "スコア", "ヘルス",
          "リスク", "粗利",   "値引",   "割引",      "保留", "免除",   "社外秘",
          "解約",   "ゲート", "準備度", "リフト",    "社内"};
}

}  // namespace kizuna::test
