using Microsoft.Extensions.Logging;

namespace Mesh.Server.Registration;

/// <summary>Messages about the registration of this process.</summary>
internal static partial class RegistrationLog
{
    [LoggerMessage(EventId = 9100, EventName = "WorkloadRegistered", Level = LogLevel.Information, Message = "Registers as an endpoint of service {Service} at {Address}: {Ports}")]
    public static partial void Registered(ILogger logger, string? service, string address, IReadOnlyDictionary<string, int> ports);

    [LoggerMessage(EventId = 9101, EventName = "NothingToRegister", Level = LogLevel.Information, Message = "Not registered as an endpoint: the server listens on no IP address ({Addresses}). The process can still call others.")]
    public static partial void NothingToRegister(ILogger logger, ICollection<string> addresses);

    [LoggerMessage(EventId = 9102, EventName = "RegistrationFailed", Level = LogLevel.Error, Message = "Not registered as an endpoint; others cannot call this process. Set Mesh:Address if its address cannot be found")]
    public static partial void RegistrationFailed(ILogger logger, Exception exception);
}
