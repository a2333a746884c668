using System.Net;
using System.Net.Sockets;
using Mesh.Client.Xds.Resolution;

namespace Mesh.Cli.Explanation;

/// <summary>Asks the operating system of this machine, and waits for people's patience only.</summary>
internal sealed class BriefHostResolver : IHostResolver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }
}
