// SPDX-License-Identifier: Apache-2.0
//
// How much may be asked for? Every limit of the server, each inclusive and each tested at, below
// and above (tests/server). What is over a limit is refused loudly, never cut in silence; the one
// thing that is cut is a page size, as AIP-158 asks.

#ifndef KIZUNA_SERVER_LIMITS_H_
#define KIZUNA_SERVER_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace kizuna::limits {

// --- A message.

// Bytes of one message that a client sends; a longer one is RESOURCE_EXHAUSTED.
inline constexpr int kMaxMessageBytes = 8 << 20;
// Bytes of all headers of a call together; gRPC refuses more with RESOURCE_EXHAUSTED.
inline constexpr int kMaxMetadataBytes = 16 << 10;

// --- Its parts.

// Facts of a message, questions of a batch.
inline constexpr int kMaxBatchItems = 1000;
// Bytes of an account's or product's id.
inline constexpr size_t kMaxAccountIdBytes = 63;
// Bytes of a source's name, and of the name of a sizing figure or an alias's system.
inline constexpr size_t kMaxSourceBytes = 64;
// Bytes of any other id: fact, contact, ticket, team, channel, author, ...
inline constexpr size_t kMaxIdBytes = 128;
// Bytes of a request id.
inline constexpr size_t kMaxRequestIdBytes = 64;
// Bytes of a short text: display name, segment, plan, ...
inline constexpr size_t kMaxTextBytes = 1024;
// Bytes of what people said: comment, note, reason, ...
inline constexpr size_t kMaxWordsBytes = 16 << 10;
// Facts that one simulation supposes.
inline constexpr int kMaxSupposedFacts = 100;
// Bytes of a rulebook's text.
inline constexpr size_t kMaxRulebookBytes = 1 << 20;
// Product owners, aliases or sizing figures in one profile fact.
inline constexpr int kMaxProfileItems = 100;
// Names in `cleared` of one profile fact.
inline constexpr int kMaxClearedFields = 300;
// Metrics of a source; related products of a product.
inline constexpr int kMaxSourceMetrics = 256;
inline constexpr int kMaxRelatedProducts = 64;
// How far ahead of the clock a fact may have been observed.
inline constexpr absl::Duration kMaxAhead = absl::Hours(48);
// Days of a cadence or an age.
inline constexpr int32_t kMaxDays = 3650;

// --- A reservation.

// How long one is held at least, at most, and when the request does not say.
inline constexpr absl::Duration kMinLease = absl::Minutes(1);
inline constexpr absl::Duration kMaxLease = absl::Hours(30 * 24);
inline constexpr absl::Duration kDefaultLease = absl::Hours(3 * 24);
// Teams that are credited beside the holder's.
inline constexpr int kMaxCreditedTeams = 20;

// --- A page.

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;
inline constexpr size_t kMaxPageTokenBytes = 4096;
inline constexpr size_t kMaxFilterBytes = 4096;
// Changes that a preview of a rulebook lists.
inline constexpr int kDefaultPreviewChanges = 50;
inline constexpr int kMaxPreviewChanges = 1000;
// Groups that a portfolio is divided into.
inline constexpr size_t kMaxPortfolioGroups = 1000;

// --- An error.

// Violations that one error lists; the message says how many more there were.
inline constexpr int kMaxViolations = 50;
// Facts cited for one value.
inline constexpr int kMaxCitedFacts = 5;
inline constexpr int kMaxLoyaltyEvidence = 20;

// --- A call.

// How long a call may take when the client does not say.
inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(60);
// How long a call may take whatever the client says. Streams aside.
inline constexpr absl::Duration kMaxDeadline = absl::Minutes(10);
// Calls under way in the whole server, streams too; the next is RESOURCE_EXHAUSTED.
inline constexpr int kMaxCallsUnderWay = 4096;
// Long calls (lists, previews, erasures) that wait for a worker; the next is RESOURCE_EXHAUSTED.
inline constexpr size_t kMaxWaitingJobs = 256;
// Messages of one stream of facts that wait for their acknowledgement before the server reads on.
inline constexpr int kMaxUnacknowledgedMessages = 8;

// --- A watch.

// Watches open in the whole server; the next is RESOURCE_EXHAUSTED.
inline constexpr int kMaxWatches = 256;
// Accounts that one watch names.
inline constexpr int kMaxWatchedAccounts = 1000;
// Bytes of a cursor.
inline constexpr size_t kMaxCursorBytes = 4096;
// How often a quiet watch gets a checkpoint: the default, which is the most, and the least.
inline constexpr absl::Duration kCheckpointInterval = absl::Seconds(5);
inline constexpr absl::Duration kMinCheckpointInterval = absl::Milliseconds(200);
// Rows of the log that a watch reads ahead; what bounds its memory.
inline constexpr size_t kWatchRowsAhead = 256;
// How long a watch whose client does not read may hold up the end of the server.
inline constexpr absl::Duration kWatchStopGrace = absl::Seconds(2);

// --- Alerts and webhooks.

// Alerts are kept for so long, and so many of a shard at most.
inline constexpr absl::Duration kAlertKeep = absl::Hours(90 * 24);
inline constexpr size_t kMaxAlertsPerShard = 10'000;
// Webhooks in the whole server.
inline constexpr int kMaxWebhooks = 32;
// Bytes of a webhook's url and secret, and of a name that acknowledges.
inline constexpr size_t kMaxUrlBytes = 2048;
inline constexpr size_t kMinSecretBytes = 16;
inline constexpr size_t kMaxSecretBytes = 256;
inline constexpr size_t kMaxAcknowledgerBytes = 256;
// Posts under way: to one webhook, and in the whole server.
inline constexpr int kMaxPostsToOne = 8;
inline constexpr size_t kMaxPosts = 64;
// How long a receiver may take to be connected to, and to answer.
inline constexpr absl::Duration kWebhookConnectTimeout = absl::Seconds(3);
inline constexpr absl::Duration kWebhookTimeout = absl::Seconds(10);
// How long nothing is posted to a webhook after its first failure; twice as long after each
// further one, up to the most.
inline constexpr absl::Duration kWebhookBackoff = absl::Milliseconds(500);
inline constexpr absl::Duration kWebhookMaxBackoff = absl::Minutes(1);
// Bytes of a receiver's answer that are listened to.
inline constexpr size_t kMaxWebhookAnswerBytes = 64 << 10;

// --- A connection.

// Calls under way on one connection; further ones wait at the client.
inline constexpr int kMaxStreamsPerConnection = 256;
// Open connections, unless the limit of file descriptors is lower; further ones are closed at once.
inline constexpr int kMaxConnections = 8192;
// Descriptors kept free for the store, the log and the listener.
inline constexpr int kReservedDescriptors = 128;
// How long a connection may take to say what it wants.
inline constexpr absl::Duration kHandshakeTimeout = absl::Seconds(10);
// A quiet connection is asked for life this often, and closed without an answer in time.
inline constexpr absl::Duration kKeepaliveTime = absl::Seconds(60);
inline constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);

// --- The end.

// How long running calls may go on after SIGTERM.
inline constexpr absl::Duration kDrainDeadline = absl::Seconds(20);

}  // namespace kizuna::limits

#endif  // KIZUNA_SERVER_LIMITS_H_
