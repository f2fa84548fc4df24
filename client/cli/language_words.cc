// SPDX-License-Identifier: Apache-2.0
//
// What do the API's values, the gates of the rulebooks that ship, their remedies and plays mean in
// Japanese?

#include <algorithm>
#include <iterator>

#include "client/cli/language.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct ValueWord {
  const char* value;  // the name of the enum's value
  const char* japanese;
};

constexpr ValueWord kWords[] = {
    {"VERDICT_ALLOW", "可"},
    {"VERDICT_DENY", "不可"},
    {"VERDICT_UNKNOWN", "不明"},
    {"EFFECT_DENY", "不可"},
    {"EFFECT_UNKNOWN", "不明"},
    {"BAND_UNKNOWN", "不明"},
    {"BAND_RED", "赤"},
    {"BAND_YELLOW", "黄"},
    {"BAND_GREEN", "緑"},
    {"MOTION_SEATS", "席数追加"},
    {"MOTION_PLAN", "上位プラン"},
    {"MOTION_CROSS_SELL", "クロスセル"},
    {"MOTION_MENTION", "軽い紹介"},
    {"MOTION_RENEWAL", "更新"},
    {"MOTION_INBOUND", "要望への回答"},
    {"MOTION_HEARING", "ヒアリング"},
    {"LOYALTY_TIER_NONE", "なし"},
    {"LOYALTY_TIER_REPEATER", "リピーター"},
    {"LOYALTY_TIER_PROMOTER", "プロモーター"},
    {"LOYALTY_TIER_FAN", "ファン"},
    {"TOUCH_TIER_TECH", "テック"},
    {"TOUCH_TIER_LOW", "ロー"},
    {"TOUCH_TIER_HIGH", "ハイ"},
    {"MATRIX_CELL_A", "A"},
    {"MATRIX_CELL_B", "B"},
    {"MATRIX_CELL_C", "C"},
    {"MATRIX_CELL_D", "D"},
    {"TASK_STATE_OPEN", "未着手"},
    {"TASK_STATE_LATE", "遅れ"},
    {"TASK_STATE_SNOOZED", "延期"},
    {"TASK_STATE_WITHDRAWN", "取り下げ"},
    {"TASK_STATE_DONE", "完了"},
    {"TASK_STATE_DISMISSED", "見送り"},
    {"TASK_STATE_MISSED", "未実施"},
    {"ALERT_SEVERITY_INFO", "参考"},
    {"ALERT_SEVERITY_WARNING", "注意"},
    {"ALERT_SEVERITY_CRITICAL", "緊急"},
    {"ALERT_STATE_OPEN", "未対応"},
    {"ALERT_STATE_ACKNOWLEDGED", "確認済み"},
    {"ALERT_STATE_CLOSED", "終了"},
    {"PORTFOLIO_GROUPING_OWNER", "担当"},
    {"PORTFOLIO_GROUPING_SEGMENT", "セグメント"},
    {"PORTFOLIO_GROUPING_TOUCH_TIER", "タッチ"},
    {"PORTFOLIO_GROUPING_PRODUCT", "商材"},
};

struct GateWords {
  const char* code;
  const char* name;
  const char* remedy;           // as the rulebooks that ship have it
  const char* remedy_japanese;  // the same
};

constexpr GateWords kGates[] = {
    {"DISSATISFIED", "不満あり",
     "Call the people who gave the low answers, agree with them on what will be put right and by "
     "when, and do it. When the customer confirms that it is right again, record a recovery; or "
     "wait for a better answer.",
     "低い評価をした方に連絡し、何をいつまでに直すかを合意して実行する。直ったと顧客が認めたら"
     "「回復」を記録する。または、より良い回答を待つ。"},
    {"SENTIMENT_STALE", "評価が古い",
     "Ask: send an NPS or CSAT survey to the people who use the product and to those who decide, "
     "or ask in the next call and record what they answer.",
     "尋ねる。利用者と決裁者に NPS か CSAT の調査を送る。または次の通話で尋ね、回答を記録する。"},
    {"EVIDENCE_THIN", "根拠不足",
     "Bring in the evidence that is missing: the drivers without a value name it. Connect the "
     "source that has it, or import its export.",
     "足りないデータを取り込む。値のない指標がそれを示す。データ源を接続するか、書き出した"
     "ファイルを取り込む。"},
    {"HEALTH_LOW", "ヘルス低下",
     "Raise the drivers with the fewest points first; lift what caps the score. Until then offer "
     "help, not more product.",
     "点数の低い指標から改善し、上限の原因を取り除く。それまでは商材ではなく支援を申し出る。"},
    {"CRITICAL_TICKET", "重大な問い合わせ",
     "Solve the open critical tickets and escalations, tell the customer, and close them.",
     "未解決の重大な問い合わせとエスカレーションを解決し、顧客に伝えて完了にする。"},
    {"FEED_SILENT", "データ途絶",
     "Find out why the source stopped sending: run its import again, or mend its connection. Once "
     "it is complete, declare its new watermark.",
     "データが届かない原因を調べる。取り込みをやり直すか、接続を直す。揃ったら完了日時を宣言する"
     "。"},
    {"VALUE_NOT_REALISED", "定着前",
     "Bring the product that they have into everyday use first: finish onboarding, show the first "
     "value, then record the milestone ADOPTED.",
     "まず今の商材を日常的に使ってもらう。導入支援を終え、最初の成果を示し、定着（ADOPTED）を"
     "記録する。"},
    {"ISSUE_UNKNOWN", "課題未確認",
     "Ask what they need before offering anything: record the hearing, or the issue that they "
     "confirm. That there is no need is an answer too.",
     "提案の前に要望を尋ね、ヒアリングか、顧客が認めた課題を記録する。要望がないことも回答になる"
     "。"},
    {"LOYALTY_LOW", "信頼不足",
     "Let them buy or renew once more before offering another product; or set the loyalty tier by "
     "hand, with a reason and an expiry.",
     "別の商材の前に、もう一度の購入か更新を待つ。または理由と期限を付けて階層を手で設定する。"},
    {"CHAMPION_LEFT", "推進者の離任",
     "Find out who took over, introduce yourself, and win a new champion; record them as an "
     "arrived contact with the role CHAMPION.",
     "後任を調べて挨拶し、新しい推進者を得る。役割 CHAMPION の着任として記録する。"},
    {"OVERDUE", "支払い遅延",
     "Settle the overdue invoice: find out whether it is disputed, agree on a date, and record "
     "the payment.",
     "延滞した請求を解決する。異議の有無を確かめ、支払日を合意し、入金を記録する。"},
    {"COOLING_OFF", "冷却期間",
     "Wait. Use the time to serve them; a request of their own may be answered at any time.",
     "待つ。その間は支援に努める。顧客からの要望にはいつでも応えてよい。"},
    {"CONTACT_FATIGUE", "接触過多",
     "Let the account rest until older contacts leave the window; agree between departments who "
     "contacts whom.",
     "以前の接触が期間から外れるまで控える。誰が誰に連絡するかを部門間で決める。"},
    {"OPT_OUT", "配信停止",
     "Use another channel or another person who has not opted out. Only the customer can opt in "
     "again.",
     "別の手段か、停止していない別の方に連絡する。再開できるのは顧客だけ。"},
    {"RESERVED", "予約済み", "Talk to the team that holds the reservation, or wait until it ends.",
     "予約しているチームと話すか、予約の終了を待つ。"},
    {"ALREADY_OWNS", "保有済み", "Offer another product, or more seats of this one.",
     "別の商材か、この商材の席数追加を提案する。"},
    {"MARGIN", "利益不足",
     "Offer a product that earns its floor, or have the price or the floor changed in the "
     "catalogue.",
     "最低利益を満たす商材を提案するか、商品台帳の価格か最低利益を変える。"},
    {"HOLD", "保留",
     "Ask whoever placed the hold; they can release it. It ends by itself if it has an expiry.",
     "保留にした人に尋ねる。その人が解除できる。期限があれば自動で終わる。"},
};

struct Pair {
  const char* english;
  const char* japanese;
};

constexpr Pair kActors[] = {
    {"owner", "担当"},
    {"sales owner", "営業担当"},
    {"sales leader", "営業責任者"},
    {"operations", "運用"},
    {"support", "サポート"},
    {"finance", "経理"},
    {"customer", "顧客"},
    {"the team that holds the reservation", "予約したチーム"},
    {"whoever placed the hold", "保留にした人"},
};

struct PlayWords {
  const char* play;
  const char* instruction;
  const char* japanese;
};

constexpr PlayWords kPlays[] = {
    {"welcome", "Call them: is what they bought up and running, and in the right hands?",
     "連絡する。購入したものは稼働し、使うべき人の手にあるか。"},
    {"recover", "Ask what is wrong, agree on what is done about it, and by when.",
     "何が問題かを尋ね、対応とその期限を合意する。"},
    {"keep_in_touch", "Talk with them: what has changed, and what do they want to reach next?",
     "話を聞く。何が変わったか。次に何を目指すか。"},
    {"renewal",
     "Talk about the renewal: what they got out of it, and what they expect of the next.",
     "更新について話す。得られた成果と、次に期待すること。"},
    {"next_step", "Show them what the next plan would do for them.",
     "上位プランで何ができるかを見せる。"},
    {"first_value", "Look at the first results together, and find what keeps people from using it.",
     "最初の成果を一緒に確かめ、利用を妨げているものを見つける。"},
};

// The first row of a list for which `is` holds; null when none does.
template <typename Row, size_t kSize, typename Is>
const Row* Find(const Row (&rows)[kSize], const Is& is) {
  const Row* const found = std::find_if(std::begin(rows), std::end(rows), is);
  return found == std::end(rows) ? nullptr : found;
}

const ValueWord* FindWord(absl::string_view value) {
  return Find(kWords, [&](const ValueWord& row) { return value == row.value; });
}

const GateWords* FindRemedy(absl::string_view code, absl::string_view remedy) {
  return Find(kGates,
              [&](const GateWords& row) { return code == row.code && remedy == row.remedy; });
}

const Pair* FindActor(absl::string_view who) {
  return Find(kActors, [&](const Pair& row) { return who == row.english; });
}

const PlayWords* FindPlay(absl::string_view play, absl::string_view instruction) {
  return Find(kPlays, [&](const PlayWords& row) {
    return play == row.play && instruction == row.instruction;
  });
}

}  // namespace

std::string Speech::WordOf(const google::protobuf::EnumDescriptor* type, int number) const {
  const std::string word = EnumWord(type, number);
  const bool is_verdict = type->name() == "Verdict" || type->name() == "Effect";
  const bool is_cell = type->name() == "MatrixCell";
  if (word.empty()) return "-";
  const ValueWord* const found =
      japanese() ? FindWord(type->FindValueByNumber(number)->name()) : nullptr;
  if (found != nullptr) return found->japanese;
  return is_verdict || is_cell ? word : Spoken(word);
}

std::string Speech::TextWord(absl::string_view prefix, absl::string_view word) const {
  if (!japanese()) return std::string(word);
  const ValueWord* const found = FindWord(absl::StrCat(prefix, "_", word));
  return found == nullptr ? std::string(word) : found->japanese;
}

std::string Speech::Gate(absl::string_view code) const {
  const GateWords* const found =
      japanese() ? Find(kGates, [&](const GateWords& row) { return code == row.code; }) : nullptr;
  return found == nullptr ? std::string(code) : found->name;
}

std::string Speech::Remedy(absl::string_view code, absl::string_view remedy) const {
  const GateWords* const found = japanese() ? FindRemedy(code, remedy) : nullptr;
  return found == nullptr ? std::string(remedy) : found->remedy_japanese;
}

std::string Speech::Actor(absl::string_view who) const {
  const Pair* const found = japanese() ? FindActor(who) : nullptr;
  return found == nullptr ? std::string(who) : found->japanese;
}

std::string Speech::Instruction(absl::string_view play, absl::string_view instruction) const {
  const PlayWords* const found = japanese() ? FindPlay(play, instruction) : nullptr;
  return found == nullptr ? std::string(instruction) : found->japanese;
}

bool HasJapaneseWord(const google::protobuf::EnumValueDescriptor* value) {
  return FindWord(value->name()) != nullptr;
}

bool HasJapaneseRemedy(absl::string_view code, absl::string_view remedy) {
  return FindRemedy(code, remedy) != nullptr;
}

bool HasJapaneseActor(absl::string_view who) { return FindActor(who) != nullptr; }

bool HasJapaneseInstruction(absl::string_view play, absl::string_view instruction) {
  return FindPlay(play, instruction) != nullptr;
}

}  // namespace kizuna::cli
