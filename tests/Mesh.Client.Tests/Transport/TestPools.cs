using Mesh.Client.Identity;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Transport;

/// <summary>Makes the connection pools of a process, with or without an identity in the mesh.</summary>
internal static class TestPools
{
    /// <summary>Such as the default of <see cref="MeshOutboundOptions.MaxConnectionAge"/>.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    public static EndpointPoolStore Create(
        IEndpointHandlerFactory? handlers = null, TimeProvider? time = null, IWorkloadIdentity? identity = null, TimeSpan? maxAge = null, ILoggerFactory? loggers = null)
    {
        var (clock, who, logs) = (time ?? TimeProvider.System, identity ?? new AbsentIdentity(), loggers ?? NullLoggerFactory.Instance);
        return new EndpointPoolStore(
            handlers ?? new SocketsEndpointHandlerFactory(),
            new TlsClients(new TlsSources(new CertificateProviders(), new TlsSecrets(), who), TimeSpan.FromSeconds(2), clock, logs.CreateLogger<TlsClients>()),
            new RenewalTerms(who, maxAge ?? MaxAge, clock, new Random(11), logs.CreateLogger<EndpointPoolStore>()),
            logs.CreateLogger<EndpointPoolStore>());
    }
}
