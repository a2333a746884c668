using System.Diagnostics.Metrics;

namespace Mesh.ControlPlane.Authority;

/// <summary>Counts what is asked of the certificate authority, under istiod's names.</summary>
internal sealed class AuthorityMetrics(Meter meter)
{
    private readonly Counter<long> _requests = meter.CreateCounter<long>("citadel_server_csr_count", description: "Signing requests received.");
    private readonly Counter<long> _issued = meter.CreateCounter<long>("citadel_server_success_cert_issuance_count", description: "Certificates issued.");
    private readonly Counter<long> _unauthenticated = meter.CreateCounter<long>("citadel_server_authentication_failure_count", description: "Signing requests of callers that could not prove who they are.");
    private readonly Counter<long> _unreadable = meter.CreateCounter<long>("citadel_server_csr_parsing_err_count", description: "Signing requests that are none, or may not be signed.");
    private readonly Counter<long> _failed = meter.CreateCounter<long>("citadel_server_csr_sign_err_count", description: "Signing requests that could not be answered.");

    public void Requested() => _requests.Add(1);

    public void Issued() => _issued.Add(1);

    public void NotAuthenticated() => _unauthenticated.Add(1);

    public void NotReadable() => _unreadable.Add(1);

    public void Failed() => _failed.Add(1);
}
