using System.Net.Sockets;
using System.Security.Authentication;

namespace ChatOps.Platforms;

/// <summary>Why a connection came to nothing, in a few words for people: no address, no credential, no stack.</summary>
public static class NetworkFailure
{
    public static string Text(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SocketException socket:
                    return Text(socket.SocketErrorCode);
                case AuthenticationException:
                    return "its TLS certificate was not accepted";
                case TimeoutException:
                    return "no connection in time";
            }
        }
        return failure is HttpRequestException http ? Text(http.HttpRequestError) : "the connection broke off";
    }

    private static string Text(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "the connection broke off",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its host name is not known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => "its host cannot be reached",
        SocketError.TimedOut => "no connection in time",
        SocketError.AddressNotAvailable or SocketError.InvalidArgument => "its address cannot be used",
        _ => $"the network says {error}",
    };

    private static string Text(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its host name is not known",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "its TLS certificate was not accepted",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
        HttpRequestError.ConfigurationLimitExceeded => "its answer is too large",
        HttpRequestError.ResponseEnded => "the connection broke off",
        _ => "its answer is not HTTP",
    };
}
