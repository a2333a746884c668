using Mesh.ControlPlane.Access.Roles;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>kubectl over TLS with tokens: it may what its roles say.</summary>
public sealed class CredentialTests
{
    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Token_OfOneNamespace_WorksThereAlone(string kubectl)
    {
        await using var open = await KubectlMesh.StartAsync(kubectl, options => options.Address = "0.0.0.0");
        var roots = open.Write("roots.pem", open.State.Source.Current.Trust!.OwnRoots);
        string[] WithToken(string? token) =>
            ["--server", $"https://localhost:{open.Address.Port}", "--certificate-authority", roots, .. token is null ? Array.Empty<string>() : ["--token", token]];
        string Make(params RoleGrant[] grants) => open.State.Security.Tokens.CreateApi("tester", [.. grants], TimeSpan.FromHours(1)).Text;
        var (viewer, writer) = (Make(new RoleGrant(Role.Viewer, "default")), Make(new RoleGrant(Role.Operator, "default")));
        async Task<KubectlRun> RunAsync(string? token, string command, int code)
        {
            open.Connect(WithToken(token));
            return await open.TryAsync(command, code);
        }

        await RunAsync(writer, "create configmap c --from-literal=a=b", 0);
        await RunAsync(viewer, "get configmap c", 0);
        await RunAsync(writer, "create secret generic s --from-literal=a=b", 0);
        Assert.Contains("cannot get resource \"secrets\"", (await RunAsync(viewer, "get secret s", 1)).Error, StringComparison.Ordinal);
        Assert.Contains("Forbidden", (await RunAsync(viewer, "delete configmap c", 1)).Error, StringComparison.Ordinal);
        Assert.Contains("Forbidden", (await RunAsync(writer, "get configmaps -n istio-system", 1)).Error, StringComparison.Ordinal);
        Assert.Contains("no", (await RunAsync(viewer, "auth can-i delete configmaps", 1)).Output, StringComparison.Ordinal);
        Assert.Contains("yes", (await RunAsync(writer, "auth can-i delete configmaps", 0)).Output, StringComparison.Ordinal);
        await RunAsync("mesh_a.b", "get configmaps", 1);
    }
}
