#include "core/promotion/types.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ferry::promotion {
namespace {

template <typename Enum, size_t N>
std::string NameIn(const std::array<std::pair<Enum, const char*>, N>& table, Enum value) {
  for (const auto& [candidate, name] : table) {
    if (candidate == value) return name;
  }
  return "";
}

template <typename Enum, size_t N>
std::optional<Enum> ValueIn(const std::array<std::pair<Enum, const char*>, N>& table,
                            absl::string_view name) {
  for (const auto& [value, candidate] : table) {
    if (name == candidate) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<Kind, const char*>, 5> kKinds{{{Kind::kPromote, "promote"},
                                                              {Kind::kRollback, "rollback"},
                                                              {Kind::kBaseline, "baseline"},
                                                              {Kind::kRestore, "restore"},
                                                              {Kind::kBreakGlass, "break_glass"}}};
constexpr std::array<std::pair<StepKind, const char*>, 9> kSteps{{{StepKind::kPreflight, "preflight"},
                                                                  {StepKind::kBackup, "backup"},
                                                                  {StepKind::kApply, "apply"},
                                                                  {StepKind::kVerify, "verify"},
                                                                  {StepKind::kAnalyze, "analyze"},
                                                                  {StepKind::kRollback, "rollback"},
                                                                  {StepKind::kBaseline, "baseline"},
                                                                  {StepKind::kRestore, "restore"},
                                                                  {StepKind::kSwap, "swap"}}};
constexpr std::array<std::pair<RunState, const char*>, 9> kRunStates{{{RunState::kReady, "ready"},
                                                                      {RunState::kDispatched, "dispatched"},
                                                                      {RunState::kWaiting, "waiting"},
                                                                      {RunState::kCancelling, "cancelling"},
                                                                      {RunState::kHolding, "holding"},
                                                                      {RunState::kHeld, "held"},
                                                                      {RunState::kSucceeded, "succeeded"},
                                                                      {RunState::kFailed, "failed"},
                                                                      {RunState::kCancelled, "cancelled"}}};
constexpr std::array<std::pair<PromotionState, const char*>, 4> kPromotionStates{
    {{PromotionState::kRunning, "running"},
     {PromotionState::kSucceeded, "succeeded"},
     {PromotionState::kFailed, "failed"},
     {PromotionState::kCancelled, "cancelled"}}};
constexpr std::array<std::pair<EventType, const char*>, 12> kEvents{
    {{EventType::kRequested, "requested"},
     {EventType::kStepSent, "sent"},
     {EventType::kStepDone, "step_done"},
     {EventType::kStepFailed, "step_failed"},
     {EventType::kWaiting, "waiting"},
     {EventType::kWoken, "woken"},
     {EventType::kCancelRequested, "cancel_requested"},
     {EventType::kHoldRequested, "hold_requested"},
     {EventType::kHeld, "held"},
     {EventType::kResumed, "resumed"},
     {EventType::kRunEnded, "run_ended"},
     {EventType::kEnded, "ended"}}};

}  // namespace

std::string Name(Kind v) { return NameIn(kKinds, v); }
std::string Name(StepKind v) { return NameIn(kSteps, v); }
std::string Name(RunState v) { return NameIn(kRunStates, v); }
std::string Name(PromotionState v) { return NameIn(kPromotionStates, v); }
std::string Name(EventType v) { return NameIn(kEvents, v); }
std::optional<Kind> KindFromName(absl::string_view n) { return ValueIn(kKinds, n); }
std::optional<StepKind> StepKindFromName(absl::string_view n) { return ValueIn(kSteps, n); }
std::optional<RunState> RunStateFromName(absl::string_view n) { return ValueIn(kRunStates, n); }
std::optional<PromotionState> PromotionStateFromName(absl::string_view n) {
  return ValueIn(kPromotionStates, n);
}
std::optional<EventType> EventTypeFromName(absl::string_view n) { return ValueIn(kEvents, n); }

std::string ToString(const Step& step) {
  return step.version.empty() ? Name(step.kind) : absl::StrCat(Name(step.kind), " ", step.version);
}

}  // namespace ferry::promotion
