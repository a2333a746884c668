using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Benchmarks.Micro;

/// <summary>Issuing a certificate: checking the request, signing, recording.</summary>
[MemoryDiagnoser]
public class IssuingBenchmarks
{
    private readonly string _csr = CreateRequest();
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-issuing-").FullName;
    private StateFolder? _state;
    private CertificateAuthority? _durable;
    private CertificateAuthority? _inMemory;
    private int _number;

    [GlobalSetup]
    public void Open()
    {
        _state = StateFolder.Open(_folder);
        _durable = Open(_state);
        _inMemory = Open(new MemoryState());
    }

    [GlobalCleanup]
    public void Close()
    {
        _durable!.Dispose();
        _inMemory!.Dispose();
        _state!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public object CheckRequest() => SigningRequestReader.Read(_csr);

    [Benchmark]
    public object Issue() => Issue(_inMemory!);

    [Benchmark]
    public object IssueAndWriteTheLog() => Issue(_durable!);

    private static CertificateAuthority Open(IStateStore state) =>
        CertificateAuthority.Open(new AuthoritySettings(), state, TimeProvider.System, NullLogger<CertificateAuthority>.Instance);

    private static string CreateRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private IssuedCertificate Issue(CertificateAuthority authority) =>
        authority.Issue(new IssueRequest(SpiffeId.Of("cluster.local", "default", $"account-{_number++ % 1000}"), _csr, "benchmark"));
}
