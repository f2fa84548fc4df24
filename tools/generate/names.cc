// SPDX-License-Identifier: Apache-2.0

#include "tools/generate/names.h"

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace kizuna::generate {
namespace {

// A kind of business: its industry, and the last part of a company's name in both languages.
struct Trade {
  const char* industry;
  const char* english;
  const char* japanese;
};

constexpr Trade kTrades[] = {
    {"manufacturing", "Works", "製作所"},
    {"manufacturing", "Precision", "精工"},
    {"logistics", "Freight", "物流"},
    {"logistics", "Warehousing", "倉庫"},
    {"food", "Foods", "食品"},
    {"retail", "Stores", "百貨店"},
    {"retail", "Trading", "商事"},
    {"finance", "Trust", "信用金庫"},
    {"healthcare", "Clinics", "医療サービス"},
    {"construction", "Builders", "建設"},
    {"energy", "Power", "電力"},
    {"media", "Press", "出版"},
    {"education", "Academy", "学習社"},
    {"software", "Systems", "システムズ"},
    {"chemicals", "Chemical", "化学工業"},
    {"transport", "Railways", "交通"},
};

constexpr const char* kEnglishFirst[] = {
    "Alder",     "Bramble",   "Cinder",    "Dapple",    "Eddy",     "Fallow",    "Gorse",
    "Harrow",    "Inlet",     "Juniper",   "Kestrel",   "Larch",    "Marlow",    "Nettle",
    "Osprey",    "Pebble",    "Quarry",    "Rowan",     "Sedge",    "Thistle",   "Umber",
    "Vesper",    "Willow",    "Yarrow",    "Ashcombe",  "Birchley", "Coldwater", "Dunmore",
    "Elmsworth", "Foxhollow", "Greyfriar", "Hollowell",
};

constexpr const char* kJapaneseFirst[] = {
    "青葉",   "北浜",   "東雲", "霞野",   "清瀬川", "白樺",   "若潮", "千鳥",
    "緑川",   "朝凪",   "夕霧", "早瀬",   "松風",   "竹原",   "梅里", "桜台",
    "藤波",   "萩野",   "菊川", "月山",   "星野",   "空知野", "海鳴", "山吹",
    "川越路", "岩清水", "泉谷", "鶴見台", "鷹野",   "鳩森",   "燕沢", "雁坂",
};

constexpr const char* kEnglishGiven[] = {
    "Nora",    "Felix",  "Imogen",  "Caspar",   "Della",  "Rupert",  "Saskia",
    "Tobias",  "Wren",   "Ophelia", "Hugo",     "Mabel",  "Leander", "Petra",
    "Quentin", "Ursula", "Basil",   "Cordelia", "Edmund", "Greta",
};

constexpr const char* kEnglishFamily[] = {
    "Quill",   "Ashdown", "Merrow",   "Tarrant",  "Lockyer", "Pemberly",
    "Sallow",  "Vance",   "Wexcombe", "Hartnell", "Corbin",  "Drewett",
    "Fenwick", "Garland", "Holloway", "Inskip",   "Kemble",  "Lisle",
};

constexpr const char* kJapaneseFamily[] = {
    "森",   "早川", "三輪",   "瀬戸", "結城", "野々村", "水城",   "桐生", "榊",
    "有馬", "柏木", "久保田", "速水", "真壁", "大和田", "小鳥遊", "鷲尾", "滝沢",
};

constexpr const char* kJapaneseGiven[] = {
    "千尋", "直樹", "美咲", "健吾", "陽菜", "拓海", "さくら", "翔太", "由紀",
    "蓮",   "葵",   "大輔", "真央", "恵",   "亮",   "紗希",   "隼人", "遥",
};

// What people say, from the unhappy to the happy.
constexpr const char* kEnglishBad[] = {
    "The last release broke our month-end close and nobody told us.",
    "Three weeks without a real answer from support.",
    "We pay for promises that were never delivered.",
};
constexpr const char* kEnglishFair[] = {
    "Does the job; the reports could be quicker.",
    "Fine for my team, hard to teach to others.",
    "It works. I would like fewer clicks.",
};
constexpr const char* kEnglishGood[] = {
    "My team would revolt if we took it away.",
    "Saved us two days at every stock count.",
    "The rollout to the second site was painless.",
};
constexpr const char* kJapaneseBad[] = {
    "先月の更新で締め処理が止まり、事前の連絡もありませんでした。",
    "サポートの回答が三週間ありません。",
    "約束された機能がまだ届いていません。",
};
constexpr const char* kJapaneseFair[] = {
    "業務には足りていますが、帳票がもう少し速いと助かります。",
    "自分の部署では便利ですが、他部署への説明が大変です。",
    "問題はありません。操作の手数が減るとうれしいです。",
};
constexpr const char* kJapaneseGood[] = {
    "棚卸しの作業が毎回二日短くなりました。",
    "現場がもう手放せないと言っています。",
    "二拠点目への展開もスムーズでした。",
};

constexpr const char* kEnglishSubjects[] = {
    "Export to the ledger stops at row 10,000",
    "A new user cannot sign in",
    "How do we add a second warehouse?",
    "The dashboard shows last week's numbers",
    "Barcode labels print blank",
};
constexpr const char* kJapaneseSubjects[] = {
    "会計連携の出力が一万行で止まる", "新しい担当者がログインできない",
    "倉庫を追加する方法を知りたい",   "ダッシュボードの数字が先週のまま",
    "ラベル印刷が白紙になる",
};

template <size_t kSize>
const char* Pick(const char* const (&choices)[kSize], Random& random) {
  return random.Of(absl::Span<const char* const>(choices));
}

}  // namespace

const char* TagOf(Language language) { return language == Language::kJapanese ? "ja" : "en"; }

Company MakeCompany(Language language, Random& random) {
  const Trade& trade = random.Of(absl::Span<const Trade>(kTrades));
  if (language == Language::kEnglish) {
    return {absl::StrCat(Pick(kEnglishFirst, random), " ", trade.english), trade.industry};
  }
  const char* first = Pick(kJapaneseFirst, random);
  return {random.Chance(0.6) ? absl::StrCat("株式会社", first, trade.japanese)
                             : absl::StrCat(first, trade.japanese, "株式会社"),
          trade.industry};
}

std::string MakePerson(Language language, Random& random) {
  if (language == Language::kEnglish) {
    const char* given = Pick(kEnglishGiven, random);
    return absl::StrCat(given, " ", Pick(kEnglishFamily, random));
  }
  const char* family = Pick(kJapaneseFamily, random);
  return absl::StrCat(family, " ", Pick(kJapaneseGiven, random));
}

std::string MakeComment(Language language, int64_t answer, Random& random) {
  const bool english = language == Language::kEnglish;
  if (answer <= 6) return english ? Pick(kEnglishBad, random) : Pick(kJapaneseBad, random);
  if (answer <= 8) return english ? Pick(kEnglishFair, random) : Pick(kJapaneseFair, random);
  return english ? Pick(kEnglishGood, random) : Pick(kJapaneseGood, random);
}

std::string MakeSubject(Language language, Random& random) {
  return language == Language::kEnglish ? Pick(kEnglishSubjects, random)
                                        : Pick(kJapaneseSubjects, random);
}

}  // namespace kizuna::generate
