using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Testing.Spiffe;

namespace Mesh.Benchmarks.MutualTls;

/// <summary>The certificates of both processes, as the one that starts them hands them on in their environment.</summary>
internal static class BenchmarkCertificates
{
    public const string Server = "spiffe://cluster.local/ns/default/sa/server";
    public const string Client = "spiffe://cluster.local/ns/default/sa/client";

    private const string RootVariable = "MESH_BENCHMARK_ROOT";
    private const string ServerVariable = "MESH_BENCHMARK_SERVER";
    private const string ClientVariable = "MESH_BENCHMARK_CLIENT";

    public static string RootPem => Read(RootVariable);

    public static SslStreamCertificateContext ServerContext => Context(ServerVariable);

    public static SslStreamCertificateContext ClientContext => Context(ClientVariable);

    /// <summary>Makes them for the processes that are started from here.</summary>
    public static void Issue()
    {
        using var authority = new SvidAuthority();
        Environment.SetEnvironmentVariable(RootVariable, authority.RootPem);
        Environment.SetEnvironmentVariable(ServerVariable, Export(authority.Issue(Server)));
        Environment.SetEnvironmentVariable(ClientVariable, Export(authority.Issue(Client)));
    }

    private static string Export(X509Certificate2 certificate) => Convert.ToBase64String(certificate.Export(X509ContentType.Pfx));

    private static SslStreamCertificateContext Context(string variable) => SslStreamCertificateContext.Create(
        X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(Read(variable)), null), additionalCertificates: null, offline: true);

    private static string Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"Expected {variable}: 'mtls' starts both processes.");
}
