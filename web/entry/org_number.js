// Whether ten digits can be an organisation number, or a sole trader's personal number: the last one checks them.

/** What is to be said of what is typed so far: "", "short", "long", "wrong" or "right". */
export function judge(typed) {
  const digits = typed.replace(/[\s.-]/g, "");
  if (!digits) return "";
  if (/\D/.test(digits)) return "wrong";
  if (digits.length !== 10) return digits.length < 10 ? "short" : "long";
  const sum = [...digits].reduce((all, digit, at) => {
    const value = Number(digit) * (at % 2 ? 1 : 2);
    return all + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 ? "wrong" : "right";
}
