namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>Who may define rules for the hosts of a namespace, where the mesh configuration names another root namespace.</summary>
public sealed class HostOwnershipTests
{
    private const string Config = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |
            rootNamespace: mesh-root
        """;

    [Fact]
    public async Task HostsOfOthers_WithARootNamespaceOfItsOwn_AreForThatNamespaceAlone()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync(
            $"{Rule("root", "mesh-root")}\n---\n{Config}", configure: options => options.HostOwnership = HostOwnership.Namespace);

        Assert.Contains(controlPlane.State.Store.Current.Resources.Keys, id => id is { Name: "root", Namespace: "mesh-root" });
        Assert.Empty(controlPlane.State.Reader.Read(Rule("more", "mesh-root"), "api").Errors);
        Assert.Contains(
            controlPlane.State.Reader.Read(Rule("other", "istio-system"), "api").Errors, error => error.Message.Contains("only that namespace and mesh-root may define it", StringComparison.Ordinal));
    }

    private static string Rule(string name, string ns) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec: {host: reviews.default.svc.cluster.local}
        """;
}
