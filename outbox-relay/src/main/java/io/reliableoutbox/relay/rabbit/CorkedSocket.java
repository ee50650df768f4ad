package io.reliableoutbox.relay.rabbit;

import io.reliableoutbox.relay.socket.UnconnectedSockets;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A socket that can hold back what is written, so that many messages go out in one write. The
 * client flushes after each one, which costs relay and broker more than the message itself. Used by
 * the client's threads and the publishing one; for connections without TLS.
 */
final class CorkedSocket extends Socket {
  private static final int MOST_BYTES = 64 << 10;
  private final Object lock = new Object();
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(2 * MOST_BYTES);
  private boolean corked;

  /** From now on what is written may wait for {@link #uncork}. */
  void cork() {
    synchronized (lock) {
      corked = true;
    }
  }

  /** Writes what waits. */
  void uncork() throws IOException {
    synchronized (lock) {
      corked = false;
      write(super.getOutputStream());
    }
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Stream(super.getOutputStream());
  }

  private void write(OutputStream out) throws IOException {
    if (held.size() > 0) {
      try {
        held.writeTo(out);
      } finally {
        held.reset();
      }
    }
  }

  private final class Stream extends FilterOutputStream {
    Stream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (lock) {
        if (!corked) {
          out.write(bytes, offset, length);
          return;
        }
        held.write(bytes, offset, length);
        if (held.size() >= MOST_BYTES) {
          CorkedSocket.this.write(out);
        }
      }
    }
  }

  /** Makes such sockets, and knows the last one. One thread at a time. */
  static final class Factory extends UnconnectedSockets {
    private CorkedSocket last = new CorkedSocket();

    CorkedSocket last() {
      return last;
    }

    @Override
    public Socket createSocket() {
      last = new CorkedSocket();
      return last;
    }
  }
}
