using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Security;

/// <summary>An istiod that fetches the keys of token issuers from anywhere (IST0175).</summary>
internal sealed class BlockedRangesAnalyzer : IAnalyzer
{
    private const string Variable = "BLOCKED_CIDRS_IN_JWKS_URIS";
    private const int MostNames = 5;

    public string Name => "authn.BlockedCIDRsAnalyzer";

    public string Description => "Checks that BLOCKED_CIDRS_IN_JWKS_URIS is configured on istiod when RequestAuthentication resources exist";

    public void Analyze(AnalysisContext context)
    {
        var policies = context.All(KindNames.RequestAuthentication);
        if (policies.IsEmpty)
        {
            return;
        }

        var names = string.Join(", ", policies.Take(MostNames).Select(policy => policy.FullName));
        var more = policies.Length > MostNames ? $", and {policies.Length - MostNames} more" : "";
        foreach (var istiod in context.All(KindNames.Deployment).Where(deployment => deployment.Labels.GetValueOrDefault("app") == "istiod"))
        {
            var isSet = istiod.Document.Field("spec", "template").Field("spec").Items("containers")
                .SelectMany(container => container.Items("env"))
                .Any(variable => variable.Text("name") == Variable && variable.Text("value").Length > 0);
            if (!isSet)
            {
                context.Report(Messages.JwksUriFetchUnrestricted, istiod, policies.Length, names + more);
            }
        }
    }
}
