package io.reliableoutbox.lab.system;

import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.reliableoutbox.lab.infrastructure.FreePort;
import jakarta.mail.MessagingException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * An SMTP server that delivers nothing: it counts mails by their Message-ID and forgets them, so
 * that a long run doesn't fill the memory. Thread-safe.
 */
public final class MailCapture implements AutoCloseable {
  private final int port = FreePort.next();
  private final GreenMail server =
      new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final Map<String, Integer> deliveries = new HashMap<>();
  private String latestSubject = "";

  /** How many mails came, how many different ones, and the subject of the latest. */
  public record Counts(long received, long distinct, String latestSubject) {
    public long repeated() {
      return received - distinct;
    }
  }

  public MailCapture() {
    server.start();
    var recorder = recorder();
    server.getUserManager().setMessageDeliveryHandler((message, address) -> recorder);
  }

  public int port() {
    return port;
  }

  public synchronized Counts counts() {
    long received = deliveries.values().stream().mapToLong(Integer::longValue).sum();
    return new Counts(received, deliveries.size(), latestSubject);
  }

  /** The different mails that came, by Message-ID. */
  public synchronized Set<String> messageIds() {
    return Set.copyOf(deliveries.keySet());
  }

  private synchronized void record(MovingMessage message) {
    try {
      var mail = message.getMessage();
      deliveries.merge(String.valueOf(mail.getHeader("Message-ID", null)), 1, Integer::sum);
      latestSubject = String.valueOf(mail.getSubject());
    } catch (MessagingException e) {
      deliveries.merge("unreadable", 1, Integer::sum);
    }
  }

  /** A mailbox that records what is delivered to it; nobody calls anything else on it. */
  private GreenMailUser recorder() {
    return (GreenMailUser)
        Proxy.newProxyInstance(
            GreenMailUser.class.getClassLoader(),
            new Class<?>[] {GreenMailUser.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("deliver")
                  && arguments[0] instanceof MovingMessage message) {
                record(message);
              }
              return null;
            });
  }

  @Override
  public void close() {
    server.stop();
  }
}
