using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.ControlPlane.Serving.Callers;

namespace Mesh.ControlPlane.Serving.ClientStates;

/// <summary>People with a token of the API read the clients of the namespaces that their role covers; a workload reads those of its own identity alone (S44).</summary>
internal sealed class StatusReaders(Func<string, ApiCaller?> verify, IStreamAuthenticator authenticator) : IStatusReaders
{
    public async ValueTask<Func<ConnectedClient, bool>> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (CallerCredentials.Of(context).Bearer is { } text && verify(text) is { } person)
        {
            return client => person.MayIn(Permission.ReadMesh, client.Node.View.Namespace);
        }

        var caller = await authenticator.AuthenticateAsync(context, cancellationToken);
        return client => client.Caller?.Id == caller.Id;
    }
}
