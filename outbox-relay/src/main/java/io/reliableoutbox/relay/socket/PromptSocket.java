package io.reliableoutbox.relay.socket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * The socket of the connection that listens for hints. Behind each notification the driver looks
 * for another, and where there is none it waits a millisecond for one before it tells of the first
 * (pgjdbc 42.7, {@code PGStream.hasMessagePending}). Here a wait of a millisecond is none.
 */
public final class PromptSocket extends Socket {
  private static final int LOOK_MILLIS = 1;

  @Override
  public InputStream getInputStream() throws IOException {
    return new Stream(super.getInputStream());
  }

  private final class Stream extends FilterInputStream {
    Stream(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (getSoTimeout() == LOOK_MILLIS && available() == 0) {
        throw new SocketTimeoutException("nothing there yet");
      }
      return super.read(bytes, offset, length);
    }
  }

  /** Named by its class in the driver's settings. */
  public static final class Factory extends UnconnectedSockets {
    @Override
    public Socket createSocket() {
      return new PromptSocket();
    }
  }
}
