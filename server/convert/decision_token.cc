// SPDX-License-Identifier: Apache-2.0

#include "server/convert/decision_token.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"

namespace kizuna::convert {
namespace {

constexpr char kPrefix[] = "d1.";
constexpr absl::string_view kPurpose("kizuna.decision.v1\0", 19);
constexpr size_t kSignatureBytes = 16;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// HMAC-SHA256 that prepares a key once: nearly all ids are signed by the same one, and preparing
// costs five times what signing does.
class Hmac {
 public:
  // The first kSignatureBytes over the purpose and the bytes.
  std::string Sign(absl::string_view signed_bytes, absl::string_view secret) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t size = 0;
    const bool done =
        Begin(secret) && EVP_MAC_update(context_.get(), Bytes(kPurpose), kPurpose.size()) == 1 &&
        EVP_MAC_update(context_.get(), Bytes(signed_bytes), signed_bytes.size()) == 1 &&
        EVP_MAC_final(context_.get(), digest, &size, sizeof(digest)) == 1;
    // An id that is not signed would be one that anybody can make.
    if (!done || size < kSignatureBytes) std::abort();
    return std::string(reinterpret_cast<const char*>(digest), kSignatureBytes);
  }

 private:
  bool Begin(absl::string_view secret) {
    if (context_ != nullptr && secret == secret_) {
      return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    }
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
        EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr), EVP_MAC_free);
    context_.reset(EVP_MAC_CTX_new(hmac.get()));
    secret_ = std::string(secret);
    char digest[] = OSSL_DIGEST_NAME_SHA2_256;
    const OSSL_PARAM settings[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    return context_ != nullptr &&
           EVP_MAC_init(context_.get(), Bytes(secret), secret.size(), settings) == 1;
  }

  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{nullptr, EVP_MAC_CTX_free};
  std::string secret_;
};

std::string SignatureOf(absl::string_view signed_bytes, absl::string_view secret) {
  thread_local Hmac hmac;
  return hmac.Sign(signed_bytes, secret);
}

class Writer {
 public:
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  void Fixed64(uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes_.push_back(static_cast<char>(value >> shift));
  }
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Text(absl::string_view text) {
    Varint(text.size());
    Raw(text);
  }
  void Raw(absl::string_view bytes) { bytes_.append(bytes.data(), bytes.size()); }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads in the order of writing. Once something is not there, Done() stays false.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }
  uint64_t Fixed64() {
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | Byte();
    return value;
  }
  uint8_t Byte() {
    const std::string one = Raw(1);
    return one.empty() ? 0 : static_cast<uint8_t>(one[0]);
  }
  std::string Text() { return Raw(Varint()); }
  std::string Raw(size_t size) {
    if (failed_ || rest_.size() < size) {
      failed_ = true;
      return "";
    }
    std::string bytes(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return bytes;
  }

  // All was there and nothing is left.
  bool Done() const { return !failed_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool failed_ = false;
};

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

absl::Status NotAnId() {
  return absl::InvalidArgumentError(
      "is not a decision id that this store gave out; send the whole of it, as CheckPitch gave it, "
      "to the store that was asked");
}

// The bytes of an id in its one written form, or nothing: what is decoded another way (padding,
// bits beyond the last byte) would be a second id for the same answer.
std::optional<std::string> BytesOf(absl::string_view id) {
  if (id.size() > kMaxDecisionIdBytes || !absl::ConsumePrefix(&id, kPrefix)) return std::nullopt;
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(id, &bytes) || absl::WebSafeBase64Escape(bytes) != id) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::string SealDecision(const DecisionToken& token, const DecisionKey& key) {
  Writer out;
  out.Varint(key.number);
  out.Varint(token.epoch);
  out.Varint(token.revision);
  out.Varint(token.rulebook_number);
  out.Varint(ZigZag(token.checked_at));
  out.Byte(static_cast<uint8_t>(token.request.motion));
  out.Fixed64(token.request.contact);
  out.Text(token.account);
  out.Text(token.request.product);
  out.Text(token.request.team);
  out.Text(token.request.channel);
  out.Raw(
      absl::string_view(reinterpret_cast<const char*>(token.verdict.data()), token.verdict.size()));
  return kPrefix + absl::WebSafeBase64Escape(out.bytes() + SignatureOf(out.bytes(), key.secret));
}

absl::StatusOr<DecisionToken> OpenDecision(absl::string_view id, const SecretOf& secret_of) {
  const std::optional<std::string> bytes = BytesOf(id);
  if (!bytes.has_value() || bytes->size() < kSignatureBytes) return NotAnId();
  const absl::string_view signed_bytes(bytes->data(), bytes->size() - kSignatureBytes);
  Reader in(signed_bytes);
  const std::optional<std::string> secret = secret_of(in.Varint());
  if (!secret.has_value()) return NotAnId();
  const std::string signature = SignatureOf(signed_bytes, *secret);
  // In the same time whatever differs, so that a signature cannot be found byte by byte.
  if (CRYPTO_memcmp(signature.data(), signed_bytes.data() + signed_bytes.size(), kSignatureBytes) !=
      0) {
    return NotAnId();
  }
  DecisionToken token;
  token.epoch = in.Varint();
  token.revision = in.Varint();
  token.rulebook_number = in.Varint();
  token.checked_at = UnZigZag(in.Varint());
  token.request.motion = static_cast<engine::Motion>(in.Byte());
  token.request.contact = in.Fixed64();
  token.account = in.Text();
  token.request.product = in.Text();
  token.request.team = in.Text();
  token.request.channel = in.Text();
  const std::string verdict = in.Raw(token.verdict.size());
  if (!in.Done()) return NotAnId();
  std::copy(verdict.begin(), verdict.end(), token.verdict.begin());
  return token;
}

}  // namespace kizuna::convert
