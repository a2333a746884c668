using System.Net;
using Mesh.Client.Hosting.Registration;
using Mesh.Server.Transport.Endpoints;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Registration;

/// <summary>Makes the process an endpoint of its service as soon as its server listens.</summary>
/// <remarks>Draining and removal are the client's part: it holds the stream to the control plane.</remarks>
internal sealed class ListenerRegistration(
    IServer? server, WorkloadAnnouncer announcer, IConfiguration configuration, ILogger<ListenerRegistration> logger)
{
    private const string DefaultControlPlaneHost = "127.0.0.1";

    /// <summary>Announces once the application has started: before, the real ports are not known.</summary>
    public void Follow(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStarted.Register(() => _ = AnnounceAsync(lifetime.ApplicationStopping));

    internal async Task AnnounceAsync(CancellationToken stopping)
    {
        try
        {
            var addresses = server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            ServerBinding[] bindings = [.. addresses.Where(address => !address.EndsWith(GatewayEndPoint.Name, StringComparison.Ordinal)).Select(ServerBinding.Parse).OfType<ServerBinding>()];
            if (bindings.Length == 0)
            {
                RegistrationLog.NothingToRegister(logger, addresses);
                return;
            }

            var address = await AdvertisedAddress.ChooseAsync(bindings, announcer.Workload.SaidAddress, () => FindOwnAddressAsync(stopping));
            var ports = NamedPorts.Of(AdvertisedAddress.Reachable(bindings, address));
            announcer.Listening(address, ports);
            RegistrationLog.Registered(logger, announcer.Options.Service, address, ports);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping before it was ever announced: nobody has to be told.
        }
        catch (Exception exception)
        {
            RegistrationLog.RegistrationFailed(logger, exception);
        }
    }

    private async Task<IPAddress> FindOwnAddressAsync(CancellationToken stopping) => announcer.Options.ControlPlane switch
    {
        [var first, ..] => await LocalAddress.TowardsAsync(new Uri(first).Host, stopping),

        // A gRPC bootstrap names the control plane in a form that only the xDS client reads.
        _ when HasBootstrap => IPAddress.Parse(announcer.Workload.Address),
        _ => await LocalAddress.TowardsAsync(DefaultControlPlaneHost, stopping),
    };

    private bool HasBootstrap => configuration["GRPC_XDS_BOOTSTRAP"] is not null || configuration["GRPC_XDS_BOOTSTRAP_CONFIG"] is not null;
}
