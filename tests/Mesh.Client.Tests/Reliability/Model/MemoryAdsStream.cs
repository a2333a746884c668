using System.Globalization;
using System.IO.Pipelines;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc.Framing;

namespace Mesh.Client.Tests.Reliability.Model;

/// <summary>The server's end of a stream, with what the client wants and holds.</summary>
internal sealed class MemoryAdsStream(PipeWriter down, Action trail)
{
    private int _nonce;
    private bool _over;

    /// <summary>Names by type.</summary>
    public Dictionary<string, HashSet<string>> Wanted { get; } = new(StringComparer.Ordinal);

    /// <summary>Version by type and name; empty for what the client was told does not exist.</summary>
    public Dictionary<(string Type, string Name), string> Told { get; } = [];

    /// <summary>Responses that are not answered yet.</summary>
    public HashSet<string> Open { get; } = new(StringComparer.Ordinal);

    public async Task SendAsync(DeltaDiscoveryResponse response)
    {
        if (_over)
        {
            return;
        }

        response.Nonce = (++_nonce).ToString(CultureInfo.InvariantCulture);
        response.ControlPlane = new Mesh.Protocol.Envoy.Core.ControlPlane { Identifier = "mesh-model" };
        Open.Add(response.Nonce);
        MessageFrame.Write(response, down, int.MaxValue);
        await down.FlushAsync();
    }

    /// <summary>Ends the stream with UNAVAILABLE.</summary>
    public async Task EndAsync()
    {
        if (!_over)
        {
            _over = true;
            trail();
            await down.CompleteAsync();
        }
    }

    /// <summary>The client has reset it.</summary>
    public void Abort()
    {
        if (!_over)
        {
            _over = true;
            down.Complete(new IOException("reset"));
        }
    }
}
