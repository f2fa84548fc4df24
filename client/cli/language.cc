// SPDX-License-Identifier: Apache-2.0
#include "client/cli/language.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

struct Sentence {
  Phrase phrase;
  const char* english;
  const char* japanese;
};

// In the order of Phrase, each once; tests/client/language_test.cc holds it to that.
constexpr Sentence kSentences[] = {
    {Phrase::kAccount, "account", "顧客"},
    {Phrase::kName, "name", "名称"},
    {Phrase::kVerdict, "verdict", "可否"},
    {Phrase::kPitch, "pitch", "提案"},
    {Phrase::kReady, "ready", "準備度"},
    {Phrase::kHealth, "health", "ヘルス"},
    {Phrase::kBand, "band", "色"},
    {Phrase::kCell, "cell", "ABCD"},
    {Phrase::kAtStake, "at stake", "対象額"},
    {Phrase::kClosedGates, "closed gates", "提案できない理由"},
    {Phrase::kLoyalty, "loyalty", "ロイヤルティ"},
    {Phrase::kTouch, "touch", "タッチ"},
    {Phrase::kOwner, "owner", "担当"},
    {Phrase::kList, "list", "リスト"},
    {Phrase::kLikelyBecause, "likely because", "見込みの根拠"},
    {Phrase::kPace, "pace", "頻度"},
    {Phrase::kOpensByItself, "opens by itself", "自動解除"},
    {Phrase::kTask, "task", "タスク"},
    {Phrase::kState, "state", "状態"},
    {Phrase::kDue, "due", "期限"},
    {Phrase::kWhat, "what", "内容"},
    {Phrase::kWho, "who", "担当"},
    {Phrase::kAlert, "alert", "アラート"},
    {Phrase::kRaised, "raised", "発生"},
    {Phrase::kSeverity, "severity", "重要度"},
    {Phrase::kDay, "day", "日付"},
    {Phrase::kEvidence, "evidence", "根拠"},
    {Phrase::kTrend, "trend", "推移"},
    {Phrase::kUnknown, "unknown", "不明"},
    {Phrase::kProductOf, "$0 of $1", "$0（$1）"},
    // ready
    {Phrase::kInCurrency, "At stake: $0 a year.", "対象額：年額（$0）。"},
    {Phrase::kContactsAndOrders, "$0c $1o", "接$0 注$1"},
    {Phrase::kConfirmedIssue, "$0: confirmed issue $1", "$0：課題を確認済み（$1）"},
    {Phrase::kAskedAboutIt, "$0: asked about it", "$0：問い合わせあり"},
    {Phrase::kBoughtWith, "$0: bought with $1, lift $2", "$0：$1 との併売、リフト $2"},
    {Phrase::kNobodyReady,
     "No account is ready. See all, and what is in the way, with `kizuna ready --all`.",
     "提案できる顧客はありません。全顧客と理由は `kizuna ready --all` で見られます。"},
    {Phrase::kNobodyOfThatKind, "No account of that kind.", "該当する顧客はありません。"},
    {Phrase::kPaceExplained,
     "Pace: unsolicited contacts (c) and days with an order (o) within 90 days.",
     "頻度：90 日以内の当社からの接触回数（接）と注文のあった日数（注）。"},
    {Phrase::kReadinessExplained,
     "Where the verdict is not ALLOW, readiness is how ready it would be if opened.",
     "可否が「可」でない場合、準備度は理由が解消したときの値です。"},
    // blocked
    {Phrase::kNobodyBlocked, "No account is blocked.", "提案できない顧客はありません。"},
    {Phrase::kWhatOpensThem, "Who can act, and how", "誰が何をすれば提案できるか"},
    {Phrase::kGate, "gate", "理由"},
    {Phrase::kCount, "rows", "件数"},
    {Phrase::kWhoCanAct, "who", "誰が"},
    {Phrase::kRemedy, "what would open it", "解消の方法"},
    // portfolio
    {Phrase::kNow, "now", "現在"},
    {Phrase::kBefore, "before", "以前"},
    {Phrase::kChange, "change", "増減"},
    {Phrase::kAsOf, "As of $0", "$0 時点"},
    {Phrase::kAsOfComparedWith, "As of $0, compared with $1", "$0 時点、$1 との比較"},
    {Phrase::kRevenueIn, "$0 $1, under rulebook $2. Revenue in $3 a year; retention over 365 days.",
     "$0（$1）、ルールブック $2。金額は年額（$3）、継続率は 365 日間。"},
    {Phrase::kAccounts, "accounts", "顧客数"},
    {Phrase::kOfAccounts, "Accounts", "顧客"},
    {Phrase::kRevenue, "Revenue and retention", "金額と継続率"},
    {Phrase::kChangeOfAccounts, "Change of accounts", "顧客数の増減"},
    {Phrase::kChangeOfRevenue, "Change of revenue and retention", "金額と継続率の増減"},
    {Phrase::kGreen, "green", "緑"},
    {Phrase::kYellow, "yellow", "黄"},
    {Phrase::kRed, "red", "赤"},
    {Phrase::kNoBand, "no band", "色なし"},
    {Phrase::kUnplaced, "unplaced", "未配置"},
    {Phrase::kAllowed, "allow", "提案可"},
    {Phrase::kVerdictUnknown, "unknown", "不明"},
    {Phrase::kDenied, "deny", "提案不可"},
    {Phrase::kNps, "NPS", "NPS"},
    {Phrase::kNpsAnswers, "answers", "回答数"},
    {Phrase::kLeaks, "leaks", "無断提案"},
    {Phrase::kRecurringRevenue, "recurring revenue", "継続収益"},
    {Phrase::kRevenueReady, "revenue, ready", "うち提案可"},
    {Phrase::kRevenueAtRisk, "revenue, at risk", "うち解約懸念"},
    {Phrase::kRevenueUnknown, "revenue, unknown", "うち不明"},
    {Phrase::kRevenueBlocked, "revenue, blocked", "うち提案不可"},
    {Phrase::kReadyShort, "ready", "提案可"},
    {Phrase::kAtRiskShort, "at risk", "解約懸念"},
    {Phrase::kRecurringShort, "recurring", "継続収益"},
    {Phrase::kRenewalShort, "renewal", "更新率"},
    {Phrase::kGrossShort, "gross", "総継続"},
    {Phrase::kNetShort, "net", "純継続"},
    {Phrase::kCellA, "cell A", "マトリクス A"},
    {Phrase::kCellB, "cell B", "マトリクス B"},
    {Phrase::kCellC, "cell C", "マトリクス C"},
    {Phrase::kCellD, "cell D", "マトリクス D"},
    {Phrase::kCellAShort, "A", "A"},
    {Phrase::kCellBShort, "B", "B"},
    {Phrase::kCellCShort, "C", "C"},
    {Phrase::kCellDShort, "D", "D"},
    {Phrase::kCameUp, "came up", "更新対象"},
    {Phrase::kRenewed, "renewed", "更新済み"},
    {Phrase::kRenewalRate, "renewal rate", "更新率"},
    {Phrase::kAYearBefore, "revenue, a year before", "1 年前の収益"},
    {Phrase::kKeptOfIt, "revenue, kept of it", "うち維持"},
    {Phrase::kTheirsNow, "revenue, theirs now", "同顧客の現在"},
    {Phrase::kGrossRetention, "gross retention", "総継続率"},
    {Phrase::kNetRetention, "net retention", "純継続率"},
    // tasks and alerts
    {Phrase::kNothingToDo, "Nothing is to be done.", "タスクはありません。"},
    {Phrase::kNoAlertOpen, "No alert is open.", "未対応のアラートはありません。"},
    {Phrase::kNoAlertRaised, "No alert was raised.", "アラートはありません。"},
    {Phrase::kAlertBand, "$0: health fell from $1 to $2.", "$0：ヘルスが $1 から $2 に低下。"},
    {Phrase::kAlertGateClosed, "$0: do not pitch, the gate $1 closed.", "$0：提案不可。理由：$1。"},
    {Phrase::kAlertGateOpened, "$0: the gate $1 has been open for a day.",
     "$0：理由「$1」が解消して 1 日たちました。"},
    {Phrase::kAlertLoyaltyTier, "$0: the loyalty tier was $1 and is $2.",
     "$0：ロイヤルティ階層が $1 から $2 に変化。"},
    {Phrase::kAlertTouchTier, "$0: the touch tier was $1 and is $2.",
     "$0：タッチ階層が $1 から $2 に変化。"},
    {Phrase::kAlertRenewal, "$0: subscription $1 is renewed on $2.", "$0：契約 $1 の更新日は $2。"},
    {Phrase::kAlertChampionLeft, "$0: a champion left.", "$0：推進者が離任。"},
    {Phrase::kAlertSourceSilent, "Source $0 is silent: what it should have delivered is late.",
     "データ源 $0 が途絶：届くはずのデータが遅れています。"},
    {Phrase::kAlertRuleNotFollowed, "$0: the task $1 was due on $2 and is not done.",
     "$0：タスク $1 が期限 $2 までに済んでいません。"},
    // history
    {Phrase::kNoDayOfThatTime, "No day of that time on which something changed.",
     "その期間に変化のあった日はありません。"},
    {Phrase::kTrendOfDays, "trend $0  (days with a change: $1)",
     "推移 $0（変化のあった直近 $1 日）"},
    // a score, explained
    {Phrase::kPoints, "points", "点数"},
    {Phrase::kOf, "of", "満点"},
    {Phrase::kDimension, "dimension", "観点"},
    {Phrase::kMeasure, "measure", "指標"},
    {Phrase::kValue, "value", "値"},
    {Phrase::kNewest, "newest", "最新"},
    {Phrase::kCap, "cap", "上限"},
    {Phrase::kCapRule, "$0 $1 $2 limits health to $3", "$0 $1 $2 のためヘルスは $3 まで"},
    {Phrase::kRawScore, "raw score, not acted on", "参考値（判断には使わない）"},
    {Phrase::kMissing, "Missing: $0.", "データなし：$0。"},
    {Phrase::kTooOld, "$0 (too old)", "$0（古い）"},
    {Phrase::kFromEvidence, "from $0 of the evidence (model $1)",
     "根拠データの充足 $0（モデル $1）"},
    {Phrase::kNoEvidence, "no evidence (model $0)", "根拠データなし（モデル $0）"},
    {Phrase::kTooLittleEvidence, "$0 of the evidence, $1 is asked for",
     "根拠データの充足 $0、必要 $1"},
    {Phrase::kWouldScore, "(would score $0)", "（参考値 $0）"},
    // a gate, explained
    {Phrase::kEvidenceMissing, " (evidence is missing)", "（根拠データなし）"},
    {Phrase::kWaived, " (waived, so it does not count)", "（免除済みのため対象外）"},
    {Phrase::kCloses, "closes $0", "対象：$0"},
    {Phrase::kIsNotKnown, "$0 is not known", "$0 は不明"},
    {Phrase::kClosedWhen, "$0; closed when $1 $2", "$0。$1 $2 のとき提案不可"},
    {Phrase::kToOpenIt, "to open it: $0", "解消の方法：$0"},
    {Phrase::kWhoCanActIs, "who can act: $0; $1", "対応できる人：$0。$1"},
    {Phrase::kMayBeWaived, "may be waived", "免除できます"},
    {Phrase::kCannotBeWaived, "cannot be waived", "免除できません"},
    {Phrase::kOpensOn, "opens by itself on $0", "$0 に自動で解消"},
    {Phrase::kDoesNotOpen, "does not open by itself within 32 days",
     "32 日以内に自動では解消しません"},
    {Phrase::kContact, "contact $0", "担当者 $0"},
    {Phrase::kFact, "fact $0/$1", "記録 $0/$1"},
    {Phrase::kObserved, "observed $0", "観測 $0"},
    {Phrase::kBestPitch, "best pitch", "最適な提案"},
    // check
    {Phrase::kCheckHealth, "health $0 $1, from $2 of the evidence",
     "ヘルス $0 $1、根拠データの充足 $2"},
    {Phrase::kReadiness, "readiness $0", "準備度 $0"},
    {Phrase::kReadinessIfOpen, "readiness if it were open $0", "理由が解消したときの準備度 $0"},
    {Phrase::kValidUntil, "valid until $0 $1 unless a fact comes in",
     "$0 $1 まで有効（新しい記録がなければ）"},
    {Phrase::kChangesOn, "changes by itself on $0", "$0 に自動で変化"},
    {Phrase::kDecision, "decision $0", "判定 ID $0"},
    // why
    {Phrase::kSegment, "segment $0", "セグメント $0"},
    {Phrase::kIndustry, "industry $0", "業種 $0"},
    {Phrase::kOwnerIs, "owner $0", "担当 $0"},
    {Phrase::kSalesOwnerIs, "sales $0", "営業 $0"},
    {Phrase::kPartnerIs, "partner $0", "パートナー $0"},
    {Phrase::kLanguageIs, "language $0", "言語 $0"},
    {Phrase::kNothingToPitch, "nothing to pitch", "提案するものがありません"},
    {Phrase::kReadinessOf, "$0, readiness $1", "$0、準備度 $1"},
    {Phrase::kIfItWereOpen, "$0 if it were open", "$0（理由が解消した場合）"},
    {Phrase::kHealthIs, "health $0", "ヘルス $0"},
    {Phrase::kLoyaltyIs, "loyalty $0", "ロイヤルティ $0"},
    {Phrase::kTouchIs, ", touch $0", "、タッチ $0"},
    {Phrase::kCellIs, ", matrix cell $0", "、マトリクス $0"},
    {Phrase::kSetBy, " (set by $0 until $1)", "（$0 が設定、$1 まで）"},
    {Phrase::kByRule, " (set by $0 until $1, by rule $2)", "（$0 が設定、$1 まで。規則では $2）"},
    {Phrase::kAtStakeAYear, "at stake $0 a year, recurring $1", "対象額 年額 $0、継続収益 $1"},
    {Phrase::kLifetimeValue, ", lifetime value $0", "、LTV $0"},
    {Phrase::kScoreMadeOf, "What the score is made of", "ヘルススコアの内訳"},
    {Phrase::kInTheWay, "What stands in the way", "提案できない理由"},
    {Phrase::kNothingInTheWay, "nothing: every gate is open", "なし：すべて満たしています"},
    {Phrase::kEachMotion, "Each motion", "提案の種類ごと"},
    {Phrase::kMotion, "motion", "種類"},
    {Phrase::kProduct, "product", "商材"},
    {Phrase::kLoyalShort, "loyal", "忠誠"},
    {Phrase::kNeedShort, "need", "必要"},
    {Phrase::kTimingShort, "timing", "時期"},
    {Phrase::kRoomShort, "room", "余地"},
    {Phrase::kAffinityShort, "affin", "併売"},
    {Phrase::kInBrackets, "In brackets: how ready it would be if its gates were open.",
     "括弧内：理由が解消したときの準備度。"},
    {Phrase::kChangeByThemselves, "Change by themselves: $0. ", "自動で変化：$0。"},
    {Phrase::kOnInstant, "$0 on $1", "$0 は $1"},
    {Phrase::kAsOfUnderRules, "As of $0 $1, rulebook $2. ", "$0 $1 時点、ルールブック $2。"},
    {Phrase::kNextChanges, "Without a new fact, a verdict, gate, band or tier next changes on $0.",
     "新しい記録がなければ、次に可否・理由・色・階層が変わるのは $0。"},
    {Phrase::kNothingChanges,
     "Without a new fact, no verdict, gate, band or tier changes within 32 days.",
     "新しい記録がなければ、32 日以内に可否・理由・色・階層は変わりません。"},
    // today
    {Phrase::kDayOf, "$0, $1 ($2)", "$0　$1（$2）"},
    {Phrase::kDayOfAll, "the whole book", "全顧客"},
    {Phrase::kToBeDone, "To be done: $0, of them late $1", "タスク：$0 件（うち遅れ $1 件）"},
    {Phrase::kAlerts, "Open alerts: $0", "未対応のアラート：$0 件"},
    {Phrase::kTurnedRed, "Turned red in the last $1 days: $0",
     "過去 $1 日間に赤になった顧客：$0 件"},
    {Phrase::kRenewals, "Renewals in the next $1 days: $0", "今後 $1 日間の更新：$0 件"},
    {Phrase::kNothingTurnedRed, "No account turned red.", "赤になった顧客はありません。"},
    {Phrase::kNoRenewal, "No subscription is renewed or ends.",
     "更新または終了する契約はありません。"},
    {Phrase::kMoreRows, "$0 more: $1", "他 $0 件：$1"},
    {Phrase::kCouldNotBeRead, "could not be read: $0", "読み込めませんでした：$0"},
    {Phrase::kHealthWasIs, "health was, is", "ヘルス 前 → 今"},
    {Phrase::kWhatMovedIt, "what moved it", "変化の要因"},
    {Phrase::kByFacts, "facts $0", "記録 $0"},
    {Phrase::kByTime, "time $0", "時間 $0"},
    {Phrase::kByModel, "model $0", "モデル $0"},
    {Phrase::kRenews, "renews", "更新日"},
    {Phrase::kDaysLeft, "days", "残日数"},
    {Phrase::kAYear, "$0 a year", "年額 $0"},
    // portfolio: the matrix, and where a title has little room
    {Phrase::kMatrix, "Matrix", "マトリクス"},
    {Phrase::kChangeOfMatrix, "Change of the matrix", "マトリクスの増減"},
    {Phrase::kAllowedShort, "allow", "可"},
    {Phrase::kDeniedShort, "deny", "不可"},
    {Phrase::kLeaksShort, "leaks", "無断"},
};
constexpr size_t kCount = static_cast<size_t>(Phrase::kNumberOfPhrases);
static_assert(sizeof(kSentences) / sizeof(kSentences[0]) == kCount, "a phrase has no sentence");

}  // namespace

absl::StatusOr<Language> ParseLanguage(absl::string_view flag, absl::string_view word) {
  if (word == "en") return Language::kEnglish;
  if (word == "ja") return Language::kJapanese;
  return UsageError(flag, absl::StrCat("'", word, "' is not known; write en or ja"));
}

Language LanguageOfLocale(absl::string_view locale) {
  const bool japanese = absl::StartsWith(locale, "ja") && (locale.size() == 2 || locale[2] == '_' ||
                                                           locale[2] == '.' || locale[2] == '@');
  return japanese ? Language::kJapanese : Language::kEnglish;
}

absl::string_view RawPhrase(Phrase phrase, Language language) {
  const Sentence& sentence = kSentences[static_cast<size_t>(phrase)];
  if (sentence.phrase != phrase) return "";  // the list is out of order, which a test forbids
  return language == Language::kJapanese ? sentence.japanese : sentence.english;
}

std::string Speech::operator()(Phrase phrase) const {
  return std::string(RawPhrase(phrase, language_));
}

std::string Speech::Filled(Phrase phrase, const std::vector<std::string>& parts) const {
  const absl::string_view raw = RawPhrase(phrase, language_);
  std::string text;
  for (size_t i = 0; i < raw.size(); ++i) {
    const bool slot = raw[i] == '$' && i + 1 < raw.size() && raw[i + 1] >= '0' && raw[i + 1] <= '9';
    if (!slot) {
      text.push_back(raw[i]);
      continue;
    }
    const size_t part = static_cast<size_t>(raw[++i] - '0');
    if (part < parts.size()) text += parts[part];
  }
  return text;
}

std::string Speech::Listed(absl::Span<const std::string> parts) const {
  return absl::StrJoin(parts, japanese() ? "、" : ", ");
}

}  // namespace kizuna::cli
