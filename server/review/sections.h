// SPDX-License-Identifier: Apache-2.0
//
// Which parts has a review, and what do they look at? Each fills in its own part of the message.

#ifndef KIZUNA_SERVER_REVIEW_SECTIONS_H_
#define KIZUNA_SERVER_REVIEW_SECTIONS_H_

#include "kizuna/v1/review.pb.h"
#include "server/engine/review.h"
#include "server/review/material.h"
#include "server/review/review.h"

namespace kizuna::review {

// The account at the end of the quarter before, at the end of the quarter, and now.
struct Scene {
  const Material& material;
  const Period& period;
  Sight before, until, now;
  bool internal = false;  // whose copy it is

  engine::Days Quarter() const { return {period.first, period.end}; }
  engine::Days QuarterBefore() const { return {period.before, period.first}; }
  // Today of an instant.
  engine::Day DayOf(engine::Instant at) const { return material.calendar().DayOf(at); }
  bool InQuarter(engine::Instant at) const { return Quarter().Holds(DayOf(at)); }
};

void FillPlan(const Scene& scene, v1::Review* out);        // actions, objectives, plan
void FillUsage(const Scene& scene, v1::Review* out);       // usage, adoption, values
void FillVoice(const Scene& scene, v1::Review* out);       // voice, support
void FillIssues(const Scene& scene, v1::Review* out);      // issues
void FillPeople(const Scene& scene, v1::Review* out);      // people, relationship
void FillProposals(const Scene& scene, v1::Review* out);   // proposals
void FillInternal(const Scene& scene, v1::InternalReview* out);

// --- What several of them tell.

// The issue as it stands; `confirmed`: with nothing that was said before the customer confirmed it.
void IssueToWire(const Material& material, const engine::IssueState& issue, bool confirmed,
                 v1::ReviewIssue* out);
void ObjectiveToWire(const Material& material, const engine::ObjectiveContent& objective,
                     engine::Day day, v1::ReviewObjective* out);
void RelationshipToWire(const Material& material, const engine::State& state, engine::Day day,
                        v1::ReviewRelationship* out);
void PersonToWire(const Material& material, const engine::PersonState& person,
                  v1::ReviewPeople::Person* out);
void ProductToWire(const Material& material, const engine::Offer& offer, bool internal,
                   v1::ProposedProduct* out);

}  // namespace kizuna::review

#endif  // KIZUNA_SERVER_REVIEW_SECTIONS_H_
