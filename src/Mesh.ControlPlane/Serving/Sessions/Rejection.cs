using Mesh.Protocol.Google.Rpc;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>A response that the client refused, in its own words.</summary>
/// <param name="Nonce">Of the refused response.</param>
/// <param name="Version">Of the refused response.</param>
/// <param name="Code">The gRPC status code it gave; C-core and Go say 3, Node says 14.</param>
/// <param name="Message">Cut to a bounded length.</param>
internal sealed record Rejection(string Nonce, string Version, int Code, string Message)
{
    /// <summary>A client can refuse thousands of resources in one message; the first ones tell enough.</summary>
    public const int MaxMessageLength = 2_000;

    public static Rejection From(string nonce, string version, Status error) =>
        new(nonce, version, error.Code, error.Message.Length <= MaxMessageLength ? error.Message : error.Message[..MaxMessageLength] + " …");
}
