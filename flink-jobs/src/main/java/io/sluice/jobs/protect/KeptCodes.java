package io.sluice.jobs.protect;

import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * The codes of the subject at hand in keyed state, masked ({@link SubjectCodes}). One that no record used for
 * {@link SubjectMemory#KEPT}, give or take {@link RecentCodes#FRESH}, is forgotten, and a value that comes back later gets another.
 *
 * <p>Bounded (P10): past the limit there are no new ones until some are forgotten. Confined to the task thread; every call is
 * about the current key.
 */
final class KeptCodes {
    /** How many refusals pass before it is looked again how many codes are left. */
    private static final int RECOUNT_EVERY = 1_024;

    private final MapState<String, byte[]> codes;
    /** Codes made; past the limit also the refusals since. */
    private final ValueState<Integer> count;

    private final RecentCodes recent;
    private final int limit;

    /** @param recent of this task alone, as the states are */
    KeptCodes(MapState<String, byte[]> codes, ValueState<Integer> count, RecentCodes recent, int limit) {
        this.codes = codes;
        this.count = count;
        this.recent = recent;
        this.limit = limit;
    }

    static MapStateDescriptor<String, byte[]> codesDescriptor() {
        MapStateDescriptor<String, byte[]> descriptor = new MapStateDescriptor<>(
                "pseudonyms", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        descriptor.enableTimeToLive(SubjectMemory.whileUsed());
        return descriptor;
    }

    static ValueStateDescriptor<Integer> countDescriptor() {
        ValueStateDescriptor<Integer> descriptor = new ValueStateDescriptor<>("pseudonym-count", Types.INT);
        descriptor.enableTimeToLive(SubjectMemory.whileUsed());
        return descriptor;
    }

    /** What is kept at a place; null where nothing is. */
    byte @Nullable [] find(String place) throws Exception {
        byte[] known = recent.find(place);
        if (known != null) {
            return known;
        }
        byte[] masked = codes.get(place);
        if (masked != null) {
            recent.note(place, masked);
        }
        return masked;
    }

    /** Keeps a code at a place. False where there are too many already. */
    boolean keep(String place, byte[] masked) throws Exception {
        Integer present = count.value();
        int made = present == null ? left() : present;
        if (made >= limit && (made - limit) % RECOUNT_EVERY == 0) {
            int left = left();
            made = left < limit ? left : made;
        }
        count.update(made == Integer.MAX_VALUE ? limit : made + 1);
        if (made >= limit) {
            return false;
        }
        codes.put(place, masked);
        recent.note(place, masked);
        return true;
    }

    /** Forgets all of them. */
    void forget() {
        codes.clear();
        count.clear();
        recent.clear();
    }

    /** Keeps a code at another place, masked anew. */
    void move(String from, String to, byte[] masked) throws Exception {
        codes.remove(from);
        codes.put(to, masked);
        recent.note(to, masked);
    }

    private int left() throws Exception {
        int left = 0;
        for (String ignored : codes.keys()) {
            left++;
        }
        return left;
    }
}
