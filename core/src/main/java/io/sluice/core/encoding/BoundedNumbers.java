package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;

/**
 * Makes no number that an IEEE 754 double cannot tell from infinity, nor from zero unless it is zero: readers with doubles
 * and readers with decimals would see different things, and to divide by ten a number of a billion digits takes for ever.
 * Stateless.
 */
final class BoundedNumbers extends JsonNodeFactory {
    private static final long serialVersionUID = 1;

    /** Of {@link Double#MAX_VALUE}, 1.8e308, and {@link Double#MIN_VALUE}, 4.9e-324. */
    private static final int MAX_EXPONENT = 308;

    private static final int MIN_EXPONENT = -324;

    @Override
    public ValueNode numberNode(BigDecimal value) {
        require(value);
        return super.numberNode(value);
    }

    /** @throws NumberFormatException where it is out of range; its message tells nothing of it */
    static void require(BigDecimal value) {
        long exponent = (long) value.precision() - value.scale() - 1;
        boolean within = exponent > MIN_EXPONENT && exponent < MAX_EXPONENT;
        if (!within
                && value.signum() != 0
                && (exponent < MIN_EXPONENT || exponent > MAX_EXPONENT || !isFinite(value))) {
            throw new NumberFormatException("out of range");
        }
    }

    /** At the edges. */
    private static boolean isFinite(BigDecimal value) {
        double rounded = value.doubleValue();
        return !Double.isInfinite(rounded) && rounded != 0;
    }
}
