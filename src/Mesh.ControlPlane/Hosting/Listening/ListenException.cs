using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>A port cannot be listened on; the message says what to do.</summary>
internal sealed class ListenException(string option, IPEndPoint endPoint, Exception innerException)
    : IOException(Describe(option, endPoint, innerException), innerException)
{
    /// <summary>The setting that names the port.</summary>
    public string Option { get; } = option;

    private static string Describe(string option, IPEndPoint endPoint, Exception exception)
    {
        var socketError = (exception.GetBaseException() as SocketException)?.SocketErrorCode;
        return exception.InnerException is AddressInUseException || socketError == SocketError.AddressAlreadyInUse
            ? $"{endPoint} is in use by another process. Stop that process or choose another {option} (0 takes any free port)."
            : socketError switch
            {
                SocketError.AccessDenied => $"This process may not listen on {endPoint}. Choose a {option} above 1023.",
                SocketError.AddressNotAvailable => $"{endPoint.Address} is not an address of this machine. Choose another Address.",
                _ => $"Cannot listen on {endPoint} ({option}): {exception.GetBaseException().Message}",
            };
    }
}
