using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Who opened a stream, as a certificate or a token proved it.</summary>
/// <param name="Id">Names a namespace and a service account.</param>
/// <param name="ExpiresAt">When the proof is worth nothing any more.</param>
/// <param name="IsStillTrusted">Asked again when trust changes: false ends the stream.</param>
internal sealed record StreamCaller(SpiffeId Id, DateTimeOffset ExpiresAt, Func<bool> IsStillTrusted)
{
    public string Namespace => Id.Namespace!;

    public string ServiceAccount => Id.ServiceAccount!;
}
