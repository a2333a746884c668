using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mesh.Client.Dialing;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Servers;

/// <summary>Connects by name, and by the addresses at which the name was reached last while it cannot be resolved: a control plane is not gone because DNS is.</summary>
/// <param name="resolve">Asks DNS.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Tells.</param>
internal sealed class RememberedAddresses(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time, ILogger logger)
{
    // By the names of the process's own configuration: few.
    private readonly ConcurrentDictionary<string, IPAddress[]> _reached = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) => ConnectAsync(context.DnsEndPoint, cancellationToken);

    /// <summary>A connection to the first address that takes one.</summary>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(target.Host, out var literal))
        {
            return new NetworkStream(await AddressRace.OpenAsync(new IPEndPoint(literal, target.Port), prepare: null, cancellationToken).ConfigureAwait(false), ownsSocket: true);
        }

        var addresses = await ResolveAsync(target.Host, cancellationToken).ConfigureAwait(false);
        var socket = await AddressRace.ConnectAsync(addresses, target.Port, prepare: null, time, cancellationToken).ConfigureAwait(false);
        _reached[target.Host] = addresses;
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            if (await resolve(host, cancellationToken).ConfigureAwait(false) is { Length: > 0 } addresses)
            {
                return addresses;
            }
        }
        catch (SocketException exception) when (_reached.TryGetValue(host, out var known))
        {
            IdentityLog.NameNotResolved(logger, host, exception.Message);
            return known;
        }

        return _reached.TryGetValue(host, out var last) ? last : throw new SocketException((int)SocketError.HostNotFound);
    }
}
