package io.sluice.protection.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.security.KeyException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the slot of a token by its label: people know labels, slots may be numbered anew at every start, and the JDK's
 * provider takes numbers alone. PKCS #11 v2.40 sections 3 and 5; 64-bit Linux and macOS.
 */
final class Pkcs11Slots {
    /** Places in CK_FUNCTION_LIST, after its version. */
    private static final int INITIALIZE = 0;

    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;

    private static final long CKR_OK = 0;
    private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
    private static final int CKF_OS_LOCKING_OK = 2;
    private static final int LABEL_BYTES = 32;
    /** More than a CK_TOKEN_INFO has. */
    private static final int TOKEN_INFO_BYTES = 512;

    private static final int MAX_SLOTS = 1_024;

    private final Pointer functions;

    private Pkcs11Slots(Pointer functions) {
        this.functions = functions;
    }

    /** @throws KeyException where the library does not load, or does not have exactly one token of that label */
    static int find(Path library, String tokenLabel) throws KeyException {
        try {
            PointerByReference list = new PointerByReference();
            Function getFunctionList =
                    NativeLibrary.getInstance(library.toString()).getFunction("C_GetFunctionList");
            check("C_GetFunctionList", getFunctionList.invokeLong(new Object[] {list}));
            return new Pkcs11Slots(list.getValue()).find(tokenLabel);
        } catch (UnsatisfiedLinkError e) {
            throw new KeyException("PKCS#11 library " + library + " does not load", e);
        }
    }

    private int find(String tokenLabel) throws KeyException {
        initialize();
        List<String> seen = new ArrayList<>();
        List<Long> found = new ArrayList<>();
        for (long slot : slots()) {
            String label = label(slot);
            seen.add(label);
            if (label.equals(tokenLabel)) {
                found.add(slot);
            }
        }
        if (found.size() != 1) {
            throw new KeyException("there are " + found.size() + " tokens labelled " + tokenLabel + " among " + seen);
        }
        return Math.toIntExact(found.get(0));
    }

    private void initialize() throws KeyException {
        try (Memory arguments = cleared(6L * Native.POINTER_SIZE)) { // CK_C_INITIALIZE_ARGS
            arguments.setNativeLong(4L * Native.POINTER_SIZE, new NativeLong(CKF_OS_LOCKING_OK));
            long answer = call(INITIALIZE, arguments);
            if (answer != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
                check("C_Initialize", answer);
            }
        }
    }

    private long[] slots() throws KeyException {
        try (Memory ids = cleared((long) MAX_SLOTS * Native.LONG_SIZE)) {
            NativeLongByReference count = new NativeLongByReference(new NativeLong(MAX_SLOTS));
            check("C_GetSlotList", call(GET_SLOT_LIST, (byte) 1, ids, count));
            long[] slots = new long[count.getValue().intValue()];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = ids.getNativeLong((long) i * Native.LONG_SIZE).longValue();
            }
            return slots;
        }
    }

    private String label(long slot) throws KeyException {
        try (Memory info = cleared(TOKEN_INFO_BYTES)) {
            check("C_GetTokenInfo", call(GET_TOKEN_INFO, new NativeLong(slot), info));
            return new String(info.getByteArray(0, LABEL_BYTES), UTF_8).stripTrailing();
        }
    }

    private long call(int function, Object... arguments) {
        Pointer address = functions.getPointer((long) Native.POINTER_SIZE * (1 + function));
        return Function.getFunction(address).invokeLong(arguments);
    }

    private static Memory cleared(long bytes) {
        Memory memory = new Memory(bytes);
        memory.clear();
        return memory;
    }

    private static void check(String what, long answer) throws KeyException {
        if (answer != CKR_OK) {
            throw new KeyException(what + " answered 0x" + Long.toHexString(answer));
        }
    }
}
