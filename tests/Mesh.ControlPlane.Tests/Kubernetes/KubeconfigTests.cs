using Mesh.ControlPlane.Kubernetes;
using Mesh.ControlPlane.Kubernetes.Configuration;
using Mesh.ControlPlane.Kubernetes.Connection;
using Mesh.Testing.Time;
using Microsoft.Extensions.Configuration;

namespace Mesh.ControlPlane.Tests.Kubernetes;

public sealed class KubeconfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-kubeconfig-");
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_CurrentContext_LeadsToClusterUserAndNamespace()
    {
        var access = Read("""
            current-context: b
            contexts:
            - { name: a, context: { cluster: one, user: u } }
            - { name: b, context: { cluster: two, user: u, namespace: shop } }
            clusters:
            - { name: one, cluster: { server: "https://one:6443" } }
            - { name: two, cluster: { server: "https://two:6443/base/", tls-server-name: api, proxy-url: "socks5://127.0.0.1:1080" } }
            users:
            - { name: u, user: { token: secret } }
            """);

        Assert.Equal(("https://two:6443/base/", "api", "secret", "shop"), (access.Server.ToString(), access.TlsServerName, access.Token, access.Namespace));
        Assert.Equal("socks5", access.Proxy!.Scheme);
    }

    [Fact]
    public void Read_RootsAsDataOrFile_AreThePem()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.crt"), "PEM OF FILE");
        var data = Convert.ToBase64String("PEM OF DATA"u8);

        Assert.Equal("PEM OF DATA", Read(Config($"certificate-authority-data: {data}", "{}")).Roots);
        Assert.Equal("PEM OF FILE", Read(Config("certificate-authority: ca.crt", "{}")).Roots);
    }

    [Theory]
    [InlineData("insecure-skip-tls-verify: true", "{}", "AllowInsecure")]
    [InlineData("x: y", "{ auth-provider: { name: gcp } }", "exec plugin")]
    [InlineData("x: y", "{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: x } }", "v1beta1")]
    [InlineData("x: y", "{ client-certificate-data: bm8= }", "client-key")]
    [InlineData("certificate-authority-data: '%'", "{}", "Base64")]
    [InlineData("certificate-authority: nowhere.crt", "{}", "cannot be read")]
    [InlineData("proxy-url: 'ftp://x'", "{}", "socks5")]
    public void Read_WhatCannotBeUsed_SaysWhatToDo(string cluster, string user, string expected) =>
        Assert.Contains(expected, Assert.Throws<KubernetesFailure>(() => Read(Config(cluster, user))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_InsecureThatIsAllowed_IsTaken() => Assert.True(Read(Config("insecure-skip-tls-verify: true", "{}"), allowInsecure: true).IsInsecure);

    [Fact]
    public void Read_ContextThatIsNotThere_NamesThoseThatAre()
    {
        var path = Write(Config("x: y", "{}"));

        var failure = Assert.Throws<KubernetesFailure>(() => Kubeconfig.Load([path]).Read("prod", false, TimeSpan.FromSeconds(1)));

        Assert.Contains("'prod'; it has: c", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SeveralFiles_TheFirstThatSaysItWins()
    {
        var first = Write("current-context: c\nusers: [{ name: u, user: { token: first } }]", "a");
        var second = Write(Config("x: y", "{ token: second }"), "b");

        var access = Kubeconfig.Load([first, second, Path.Combine(_folder.FullName, "none")]).Read(null, false, TimeSpan.FromSeconds(1));

        Assert.Equal("first", access.Token);
    }

    [Fact]
    public void Find_InAPod_TakesItsAccount()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "token"), "t1");
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.crt"), "PEM");
        File.WriteAllText(Path.Combine(_folder.FullName, "namespace"), "mesh\n");
        var environment = new ConfigurationBuilder().AddInMemoryCollection([new("KUBERNETES_SERVICE_HOST", "fd00::1"), new("KUBERNETES_SERVICE_PORT", "443")]).Build();

        var access = InClusterAccess.Find(environment, _folder.FullName)!;

        Assert.Equal(("https://[fd00::1]/", "PEM", "mesh"), (access.Server.ToString(), access.Roots, access.Namespace));
        Assert.Null(InClusterAccess.Find(new ConfigurationBuilder().Build(), _folder.FullName));
    }

    [Fact]
    public async Task GetAsync_TokenFile_IsReadAgainBeforeItIsOld()
    {
        var file = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(file, "t1\n", TestContext.Current.CancellationToken);
        using var source = new CredentialSource(new KubernetesAccess(new Uri("https://x/")) { TokenFile = file }, _time);
        Assert.Equal("Bearer t1", await TokenAsync(source));

        await File.WriteAllTextAsync(file, "t2", TestContext.Current.CancellationToken);
        Assert.Equal("Bearer t1", await TokenAsync(source));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer t2", await TokenAsync(source));
        File.Delete(file);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer t2", await TokenAsync(source));
    }

    [Fact]
    public async Task GetAsync_Plugin_RunsAndRunsAgainWhenItsTokenEndsOrIsRefused()
    {
        var end = _time.GetUtcNow().AddMinutes(10).ToString("O");
        using var source = Plugin($$$"""
            n=$(cat n 2>/dev/null || echo 0); n=$((n+1)); echo $n > n
            echo "$KUBERNETES_EXEC_INFO" > info
            echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$WHO-$n\",\"expirationTimestamp\":\"{{{end}}}\"}}"
            """);

        Assert.Equal("Bearer me-1", await TokenAsync(source));
        Assert.Equal("Bearer me-1", await TokenAsync(source));
        Assert.Contains("ExecCredential", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "info"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(10));
        var second = await source.GetAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Bearer me-2", second.Authorization);
        Assert.True(source.Refuse(second));
        Assert.Equal("Bearer me-3", await TokenAsync(source));
    }

    [Theory]
    [InlineData("echo cannot >&2; exit 3", "code 3: cannot")]
    [InlineData("echo hello", "no JSON")]
    [InlineData("echo '{}'", "no ExecCredential")]
    public async Task GetAsync_PluginThatFails_SaysWhy(string script, string expected)
    {
        using var source = Plugin(script);

        var failure = await Assert.ThrowsAsync<KubernetesFailure>(async () => await source.GetAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_PluginThatHangs_IsEndedAtItsTime()
    {
        using var source = Plugin("echo started > begun; exec sleep 600");
        var asking = source.GetAsync(TestContext.Current.CancellationToken).AsTask();
        await Mesh.Testing.Eventually.ReachesAsync("the plugin runs", () => File.Exists(Path.Combine(_folder.FullName, "begun")), cancellationToken: TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(31));

        var failure = await Assert.ThrowsAsync<KubernetesFailure>(() => asking);
        Assert.Contains("did not end within 30 s", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> TokenAsync(CredentialSource source) => (await source.GetAsync(TestContext.Current.CancellationToken)).Authorization;

    private CredentialSource Plugin(string script)
    {
        var path = Write($"#!/bin/sh\ncd '{_folder.FullName}'\n{script}\n", "plugin.sh");
        var plugin = new CredentialPlugin("/bin/sh", [path], "client.authentication.k8s.io/v1") { Environment = [("WHO", "me")], WorkingFolder = _folder.FullName };
        return new CredentialSource(new KubernetesAccess(new Uri("https://x/")) { Plugin = plugin }, _time);
    }

    private static string Config(string cluster, string user) => $$"""
        current-context: c
        contexts: [{ name: c, context: { cluster: k, user: u } }]
        clusters: [{ name: k, cluster: { server: "https://k:6443", {{cluster}} } }]
        users: [{ name: u, user: {{user}} }]
        """;

    private KubernetesAccess Read(string text, bool allowInsecure = false) => Kubeconfig.Load([Write(text)]).Read(null, allowInsecure, TimeSpan.FromSeconds(30));

    private string Write(string text, string name = "config")
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
