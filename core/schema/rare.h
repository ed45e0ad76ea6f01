// A value that most objects do not have: one pointer where it is T(), a T beside it where not. Values; any
// thread.
#ifndef FERRY_CORE_SCHEMA_RARE_H_
#define FERRY_CORE_SCHEMA_RARE_H_

#include <memory>

namespace ferry::schema {

template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(const Rare& other) : value_(other.value_ == nullptr ? nullptr : std::make_unique<T>(*other.value_)) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) { return *this = Rare(other); }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  const T& operator*() const {
    static const T* const kUsual = new T();
    return value_ == nullptr ? *kUsual : *value_;
  }
  const T* operator->() const { return &**this; }
  // To change it.
  T& edit() {
    if (value_ == nullptr) value_ = std::make_unique<T>();
    return *value_;
  }
  // Forgets a value that is T() all the same.
  void Trim() {
    if (value_ != nullptr && *value_ == T()) value_ = nullptr;
  }

  friend bool operator==(const Rare& a, const Rare& b) {
    return (a.value_ == nullptr && b.value_ == nullptr) || *a == *b;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_RARE_H_
