package io.reliableoutbox.lab.system;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A random password for each role of one run: those of the database and those of the broker. */
final class Credentials {
  static final String RELAY = "relay";
  static final String CONSUMER = "consumer";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, String> database = new LinkedHashMap<>();
  private final Map<String, String> broker = new LinkedHashMap<>();

  Credentials() {
    for (var role :
        new String[] {"order_app", "outbox_relay", "consumer_app", "inspector", "operator"}) {
      database.put(role, random());
    }
    broker.put(RELAY, random());
    broker.put(CONSUMER, random());
  }

  /** By role. */
  Map<String, String> database() {
    return database;
  }

  String database(String role) {
    return get(database, role);
  }

  String broker(String user) {
    return get(broker, user);
  }

  private static String get(Map<String, String> passwords, String name) {
    var password = passwords.get(name);
    if (password == null) {
      throw new IllegalArgumentException("no role " + name);
    }
    return password;
  }

  private static String random() {
    var bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
