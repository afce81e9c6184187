package org.libdealer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An exact amount of a currency. The amount has as many digits after the point as the currency: 7 CNY are 7.00 CNY.
 *
 * @param amount the amount; more digits than the currency has are refused
 * @param currency three capital letters of ISO 4217
 */
public record Money(BigDecimal amount, String currency) implements Comparable<Money> {
    private static final Map<Integer, Set<String>> UNUSUAL = Map.of(
        0, Set.of("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ")),
        3, Set.of("BHD IQD JOD KWD LYD OMR TND".split(" ")),
        4, Set.of("CLF UYW".split(" ")));

    /** Checks currency and digits. */
    public Money {
        Objects.requireNonNull(amount, "amount");
        int digits = digits(Objects.requireNonNull(currency, "currency"));
        BigDecimal stripped = amount.stripTrailingZeros();
        if (stripped.scale() > digits || (long) stripped.precision() - stripped.scale() > 19) {
            throw Failures.invalid(amount + " is no amount of " + currency + ", which has " + digits + " digits after the point",
                amount + " 不是有效的 " + currency + " 金额：小数点后有 " + digits + " 位");
        }
        amount = stripped.setScale(digits);
    }

    /** From text, such as {@code "1200.50"}. */
    public static Money of(String amount, String currency) {
        return new Money(new BigDecimal(amount), currency);
    }

    /** A whole amount. */
    public static Money of(long amount, String currency) {
        return new Money(BigDecimal.valueOf(amount), currency);
    }

    /** From minor units (cents, fen). */
    public static Money ofMinor(long minor, String currency) {
        return new Money(BigDecimal.valueOf(minor, digits(currency)), currency);
    }

    /**
     * In minor units (cents, fen).
     *
     * @throws DealerException.Invalid for an amount beyond 64 bits
     */
    public long minor() {
        BigInteger minor = amount.unscaledValue();
        if (minor.bitLength() > 63) {
            throw Failures.invalid(this + " is beyond 64 bits", this + " 超出 64 位范围");
        }
        return minor.longValue();
    }

    /** The sum, in the same currency. */
    public Money plus(Money other) {
        return new Money(amount.add(same(other).amount), currency);
    }

    /** The difference, in the same currency. */
    public Money minus(Money other) {
        return new Money(amount.subtract(same(other).amount), currency);
    }

    @Override
    public int compareTo(Money other) {
        return amount.compareTo(same(other).amount);
    }

    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw Failures.invalid(this + " and " + other + " are in different currencies", this + " 与 " + other + " 币种不同");
        }
        return other;
    }

    static boolean isCurrency(String text) {
        return text.length() == 3 && text.chars().allMatch(letter -> letter >= 'A' && letter <= 'Z');
    }

    private static int digits(String currency) {
        if (!isCurrency(currency)) {
            throw Failures.invalid("'" + currency + "' is no currency: three capital letters of ISO 4217 are, like CNY",
                "“" + currency + "”不是币种：应为 ISO 4217 的三个大写字母，如 CNY");
        }
        return UNUSUAL.entrySet().stream().filter(entry -> entry.getValue().contains(currency)).map(Map.Entry::getKey).findFirst().orElse(2);
    }
}
