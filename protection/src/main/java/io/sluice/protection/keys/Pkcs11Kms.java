package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.AesGcm;
import io.sluice.protection.crypto.Pkcs11Token;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import io.sluice.protection.keys.SharedFile.Stamp;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.FailedLoginException;
import org.jspecify.annotations.Nullable;

/**
 * A KMS in a PKCS#11 token, as of a hardware security module: wrapping keys are made in it and never leave it, wraps are
 * computed in it. Form of labels and wraps: {@code docs/specs/keyring.md}.
 *
 * <p>A token that fails is logged in to anew at the next call. A PIN that it refuses is not tried again until its file
 * changes, since that could lock the token. Processes that make a key of one name at the same moment may make several;
 * all of them open what they wrapped, and {@link #destroy} destroys all.
 */
public final class Pkcs11Kms implements Kms {
    private static final byte VERSION = 2;
    private static final int ID_BYTES = 8;
    private static final int SEALED_AT = 1 + ID_BYTES + AesGcm.NONCE_BYTES;
    private static final Pattern LABEL = Pattern.compile("([a-z0-9][a-z0-9.-]{0,63})#([0-9a-f]{16})");
    /** Two threads of one process do not make two keys of a name. */
    private static final Object CREATION = new Object();

    private interface Question<T> {
        T of(Pkcs11Token token) throws GeneralSecurityException;
    }

    private final KmsSettings.Pkcs11 settings;
    private final Path pinFile;
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();

    /** Guarded by {@code this}. */
    private @Nullable Pkcs11Token present;

    private @Nullable Stamp refusedPin;

    /** Not logged in yet. */
    Pkcs11Kms(KmsSettings.Pkcs11 settings) {
        this.settings = settings;
        this.pinFile = Path.of(settings.pinFile());
    }

    /**
     * Logs in to the token.
     *
     * @throws KeyAccessException where library, token or PIN file are not there, or the PIN is refused
     */
    public static Pkcs11Kms open(KmsSettings.Pkcs11 settings) {
        Pkcs11Kms kms = new Pkcs11Kms(settings);
        kms.token();
        return kms;
    }

    @Override
    public boolean create(String keyName) {
        KmsKey.requireName(keyName);
        synchronized (CREATION) {
            return ask(token -> {
                if (!ids(token, keyName).isEmpty()) {
                    return false;
                }
                String id = HexFormat.of().toHexDigits(random.nextLong());
                token.generate(label(keyName, id));
                return ids(token, keyName).first().equals(id); // another process may have been at it
            });
        }
    }

    @Override
    public boolean has(String keyName) {
        return describe(keyName).isPresent();
    }

    /** {@inheritDoc} A token keeps no time of creation. */
    @Override
    public Optional<KmsKey> describe(String keyName) {
        return ask(token -> ids(token, keyName).stream().findFirst().map(id -> new KmsKey(keyName, id, null)));
    }

    @Override
    public SortedSet<String> keyNames() {
        return ask(token -> {
            SortedSet<String> names = new TreeSet<>();
            token.labels().stream()
                    .map(LABEL::matcher)
                    .filter(Matcher::matches)
                    .forEach(label -> names.add(label.group(1)));
            return names;
        });
    }

    @Override
    public byte[] wrap(String keyName, SecretBytes key, byte[] associatedData) {
        return ask(token -> {
            for (String id : ids(token, keyName)) {
                byte[] nonce = new byte[AesGcm.NONCE_BYTES];
                random.nextBytes(nonce);
                byte[] sealed = token.seal(label(keyName, id), nonce, bind(keyName, id, associatedData), key);
                if (sealed != null) {
                    return ByteBuffer.allocate(SEALED_AT + sealed.length)
                            .put(VERSION)
                            .put(HexFormat.of().parseHex(id))
                            .put(nonce)
                            .put(sealed)
                            .array();
                }
            }
            throw new KeyAccessException(Code.UNKNOWN_KEY, "no wrapping key " + keyName + " in " + name());
        });
    }

    @Override
    public Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData) {
        try {
            return ask(token -> {
                SecretBytes key = open(token, keyName, wrapped, associatedData);
                if (key != null) {
                    return new Unwrapped.Key(key);
                }
                return ids(token, keyName).isEmpty() ? Unwrapped.Refused.UNKNOWN_KEY : Unwrapped.Refused.INVALID;
            });
        } catch (KeyAccessException e) {
            return new Unwrapped.OutOfReach(e);
        }
    }

    @Override
    public Optional<DestroyReceipt> destroy(String keyName) {
        KmsKey.requireName(keyName);
        return ask(token -> {
            SortedSet<String> ids = ids(token, keyName);
            for (String id : ids) {
                token.delete(label(keyName, id));
            }
            return ids.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DestroyReceipt(keyName, String.join(",", ids), clock.instant()));
        });
    }

    private static @Nullable SecretBytes open(Pkcs11Token token, String keyName, byte[] wrapped, byte[] associatedData)
            throws GeneralSecurityException {
        if (wrapped.length <= SEALED_AT || wrapped[0] != VERSION || !KmsKey.isName(keyName)) {
            return null;
        }
        String id = HexFormat.of().formatHex(wrapped, 1, 1 + ID_BYTES);
        byte[] nonce = Arrays.copyOfRange(wrapped, 1 + ID_BYTES, SEALED_AT);
        byte[] sealed = Arrays.copyOfRange(wrapped, SEALED_AT, wrapped.length);
        return token.open(label(keyName, id), nonce, bind(keyName, id, associatedData), sealed);
    }

    /** The ids of the keys of a name; the first is the one that wraps. */
    private static SortedSet<String> ids(Pkcs11Token token, String keyName) throws GeneralSecurityException {
        SortedSet<String> ids = new TreeSet<>();
        for (String label : token.labels()) {
            Matcher matcher = LABEL.matcher(label);
            if (matcher.matches() && matcher.group(1).equals(keyName)) {
                ids.add(matcher.group(2));
            }
        }
        return ids;
    }

    private static String label(String keyName, String id) {
        return keyName + "#" + id;
    }

    private static byte[] bind(String keyName, String id, byte[] associatedData) {
        return new LengthPrefixed()
                .text("sluice-kms")
                .u8(VERSION)
                .text(label(keyName, id))
                .bytes(associatedData)
                .toBytes();
    }

    private <T> T ask(Question<T> question) {
        Pkcs11Token token = token();
        try {
            return question.of(token);
        } catch (GeneralSecurityException e) {
            forget(token);
            throw new KeyAccessException(Code.UNREACHABLE, name() + " does not answer: " + e.getMessage(), e);
        }
    }

    private synchronized void forget(Pkcs11Token failed) {
        if (present == failed) {
            present = null;
        }
    }

    private synchronized Pkcs11Token token() {
        Pkcs11Token token = present;
        if (token == null) {
            token = login();
            present = token;
        }
        return token;
    }

    private Pkcs11Token login() {
        Stamp stamp = new SharedFile(pinFile).stamp();
        if (stamp != null && stamp.equals(refusedPin)) {
            throw new KeyAccessException(Code.UNREACHABLE, refusal());
        }
        char[] pin = SecretFile.read(pinFile);
        try {
            return Pkcs11Token.open(Path.of(settings.library()), settings.token(), pin);
        } catch (FailedLoginException e) {
            refusedPin = stamp;
            throw new KeyAccessException(Code.UNREACHABLE, refusal(), e);
        } catch (GeneralSecurityException e) {
            throw new KeyAccessException(Code.UNREACHABLE, name() + " cannot be opened: " + e.getMessage(), e);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private String refusal() {
        return name() + " refused the PIN in " + pinFile + "; it is not tried again until that file changes";
    }

    private String name() {
        return "token " + settings.token() + " of " + settings.library();
    }
}
