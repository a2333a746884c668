using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>Resolves host names by the platform, within a time.</summary>
internal sealed class HostAddresses(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? System.Net.Dns.GetHostAddressesAsync;

    /// <summary>The addresses of a name in an order of their own; an address stands for itself.</summary>
    /// <exception cref="RegistryFailure">There are none.</exception>
    public async Task<ImmutableArray<string>> OfAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address.ToString()];
        }

        using var limit = new CancellationTokenSource(AnswerTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // An answer without addresses is no reason to take all endpoints away (D11).
            var found = await _resolve(host, both.Token).WaitAsync(both.Token);
            return found.Length > 0
                ? [.. found.Select(ip => ip.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
                : throw new RegistryFailure($"{host} has no address.");
        }
        catch (SocketException exception)
        {
            throw new RegistryFailure($"{host} could not be resolved: {exception.Message}", exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryFailure($"{host} was not resolved within {AnswerTime.TotalSeconds:0} s.");
        }
    }
}
