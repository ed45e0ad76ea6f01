// What a watched promotion looks like: on a terminal, in a pipe, as JSON, or not at all. One thread at a
// time: the watcher sees to that.
#ifndef FERRY_CLI_WATCH_VIEW_H_
#define FERRY_CLI_WATCH_VIEW_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "cli/context.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::cli {

class PromotionView {
 public:
  virtual ~PromotionView() = default;
  // The promotion as it stands before the first update. Called first, once.
  virtual void Begin(const v1::PromotionInfo& promotion) = 0;
  // The promotion as it stands after one event or several.
  virtual void OnPromotion(const v1::PromotionInfo& promotion) = 0;
  // Every event exactly once, in order.
  virtual void OnEvent(const v1::Event& event) = 0;
  virtual void OnProgress(const v1::Progress& progress) = 0;
  // Whether the controller can be reached: while it cannot, nobody knows what the runs are doing.
  virtual void OnConnection(bool connected) = 0;
  // About ten times a second, whatever happens.
  virtual void OnTick() = 0;
  // A message for the person, on stderr, with the live lines out of its way.
  virtual void Say(absl::string_view line) = 0;
  // The last call: nothing live may stay on the screen.
  virtual void Finish() = 0;
};

// The view that fits `context`: -o json: one JSON document a line; --quiet: nothing; a terminal: finished
// steps, and below them what every target is doing, drawn over; otherwise plain lines, one an event, and at
// least every ten seconds one that says where it stands.
std::unique_ptr<PromotionView> MakeView(Context& context);

// The four, for tests.
std::unique_ptr<PromotionView> MakeLiveView(Context& context);
std::unique_ptr<PromotionView> MakePlainView(Context& context);
std::unique_ptr<PromotionView> MakeJsonView(Context& context);
std::unique_ptr<PromotionView> MakeQuietView(Context& context);

}  // namespace ferry::cli

#endif  // FERRY_CLI_WATCH_VIEW_H_
