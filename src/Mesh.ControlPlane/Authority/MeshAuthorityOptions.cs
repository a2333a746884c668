namespace Mesh.ControlPlane;

/// <summary>Settings of the control plane's certificate authority: section <c>MeshControlPlane:Authority</c>. Read once, at start.</summary>
public sealed class MeshAuthorityOptions
{
    /// <summary>
    /// A folder with an intermediate of another authority, in the files of Istio's secret <c>cacerts</c>: <c>ca-cert.pem</c>, <c>ca-key.pem</c> (readable by its owner only),
    /// <c>cert-chain.pem</c>, <c>root-cert.pem</c>. Default: none, the control plane makes a root and an intermediate of its own at the first start.
    /// Files that are missing, expired or do not belong together end the start.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>The keys of an authority of our own, root and intermediate. Default: <see cref="AuthorityKeyAlgorithm.EcdsaP256"/>. What was made before keeps its keys.</summary>
    public AuthorityKeyAlgorithm KeyAlgorithm { get; set; } = AuthorityKeyAlgorithm.EcdsaP256;

    /// <summary>The life of a workload's certificate whose request names none. Default: 24 h, as Istio's. Range: 1 s to <see cref="MaxLifetime"/>.</summary>
    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The longest life of a workload's certificate; requests for more get this. Default: 24 h. Range: 1 s to 90 days.</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many certificates a second one caller may have over time; more are answered RESOURCE_EXHAUSTED. Default: 10. Range: above 0, at most 100,000.</summary>
    public double Rate { get; set; } = 10;

    /// <summary>How many certificates at once one caller may have that has been quiet. Default: 100. Range: 1 to 100,000.</summary>
    public int Burst { get; set; } = 100;

    /// <summary>Files with the root certificates (PEM) of other trust domains, by trust domain; read again when they change. Default: none. Each is believed for its own identities only.</summary>
    public IDictionary<string, string> FederatedTrustDomains { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Accounts of node agents as <c>namespace/serviceaccount</c> that may have certificates of the workloads on their machine (<c>ImpersonatedIdentity</c>, as ztunnel asks). Default: none.</summary>
    public IList<string> NodeAccounts { get; } = [];

    /// <summary>The Kubernetes API server that reviews service-account tokens, such as <c>https://kubernetes.default.svc</c>. Default: none, such tokens are refused. <c>https</c>, or <c>http</c> on a loopback address.</summary>
    public string? KubernetesApiServer { get; set; }

    /// <summary>A file with the token that this control plane shows to <see cref="KubernetesApiServer"/>; read anew when it changes. Default: <c>/var/run/secrets/kubernetes.io/serviceaccount/token</c>.</summary>
    public string KubernetesTokenFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>A file with the root certificates (PEM) of <see cref="KubernetesApiServer"/>. Default: <c>/var/run/secrets/kubernetes.io/serviceaccount/ca.crt</c>.</summary>
    public string KubernetesRootFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

    /// <summary>The audience that a service-account token must be made for. Default: <c>istio-ca</c>, as Istio's. Not empty.</summary>
    public string KubernetesAudience { get; set; } = "istio-ca";
}
