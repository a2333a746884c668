using System.Text;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Leaves in the state folder what the owner of the machine needs to use the API: where it is, and a token. Whoever reads that folder has the keys of the mesh anyway.</summary>
internal sealed class LocalAccess(IStateStore state, TokenStore tokens, TimeProvider time)
{
    /// <summary>Contract of <c>meshctl</c>.</summary>
    public const string AddressDocument = "control-plane.json";

    /// <summary>Contract of <c>meshctl</c>.</summary>
    public const string TokenDocument = "admin.token";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Does nothing where state is in memory.</summary>
    /// <exception cref="StateException">The files cannot be written.</exception>
    public void Publish(Uri secure, Uri http)
    {
        if (!state.IsDurable)
        {
            return;
        }

        var addresses = new JsonObject { ["http"] = http.GetLeftPart(UriPartial.Authority), ["secureAddress"] = secure.GetLeftPart(UriPartial.Authority), ["pid"] = Environment.ProcessId };
        state.Write(AddressDocument, Encoding.UTF8.GetBytes(addresses.ToJsonString() + "\n"));
        if (!HasGoodToken())
        {
            var made = tokens.CreateApi("local administrator", [new RoleGrant(Role.Admin, null)], Lifetime, "control plane");
            state.Write(TokenDocument, Encoding.ASCII.GetBytes(made.Text + "\n"));
        }
    }

    /// <summary>Takes the addresses back: nobody listens there any more. The token stays, for the next start.</summary>
    public void Withdraw()
    {
        if (state.IsDurable)
        {
            state.Delete(AddressDocument);
        }
    }

    /// <summary>At least for half of a token's life, so that one start a month is enough.</summary>
    private bool HasGoodToken() =>
        state.ReadSecret(TokenDocument) is { } held
        && tokens.VerifyApi(Encoding.ASCII.GetString(held).Trim()) is { } token
        && token.ExpiresAt - time.GetUtcNow() > Lifetime / 2;
}
