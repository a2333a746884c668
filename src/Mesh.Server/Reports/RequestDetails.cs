namespace Mesh.Server.Reports;

/// <summary>Envoy's words for where an answer comes from (<c>RESPONSE_CODE_DETAILS</c>).</summary>
internal static class RequestDetails
{
    public const string ViaUpstream = "via_upstream";
    public const string DownstreamDisconnect = "downstream_remote_disconnect";
    public const string Denied = "rbac_access_denied";
    public const string ExternalDenied = "ext_authz_denied";
    public const string ExternalFailed = "ext_authz_error";
    public const string RateLimited = "local_rate_limited";
    public const string TimeIsOver = "request_overall_timeout";
    public const string TokenRefused = "jwt_authn_access_denied";
    public const string KeyRefused = "api_key_auth_denied";
    public const string VersionGone = "mesh_api_version_gone";
    public const string NoPolicy = "mesh_policy_unknown";
    public const string NotMutual = "mesh_mutual_tls_required";
}
