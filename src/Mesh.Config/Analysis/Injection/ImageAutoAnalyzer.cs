using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Proxies that wait for an injector to fill their image in, where none will (IST0146, IST0147).</summary>
internal sealed class ImageAutoAnalyzer : IAnalyzer
{
    private const string Auto = "auto";

    public string Name => "injection.ImageAutoAnalyzer";

    public string Description => "Makes sure that Pods and Deployments with `image: auto` are going to be injected";

    public void Analyze(AnalysisContext context)
    {
        // A pod that still says auto was not injected, whatever the webhooks would do.
        foreach (var pod in context.All(KindNames.Pod).Where(pod => IsAuto(pod.Document.Field("spec"))))
        {
            context.Report(Messages.ImageAutoWithoutInjectionError, pod, "Pod", pod.Name);
        }

        var webhooks = context.All(KindNames.MutatingWebhook)
            .SelectMany(configuration => configuration.Document.Items("webhooks"))
            .Where(webhook => webhook.Text("name").EndsWith("istio.io", StringComparison.Ordinal))
            .ToArray();
        foreach (var deployment in context.All(KindNames.Deployment))
        {
            var template = deployment.Document.Field("spec", "template");
            if (IsAuto(template.Field("spec")) && !IsInjected(deployment, template, webhooks, context))
            {
                context.Report(Messages.ImageAutoWithoutInjectionWarning, deployment, "Deployment", deployment.Name);
            }
        }
    }

    private static bool IsAuto(JsonElement podSpec) =>
        podSpec.Items("containers").Any(container => container.Text("name") == MeshMembership.ProxyContainer && container.Text("image") == Auto);

    private static bool IsInjected(AnalysisResource deployment, JsonElement template, JsonElement[] webhooks, AnalysisContext context)
    {
        var name = deployment.Namespace.Length == 0 ? "default" : deployment.Namespace;
        IReadOnlyDictionary<string, string> ofNamespace = context.Snapshot.Find(KindNames.Namespace, "", name)?.Labels ?? default(JsonElement).Map("");
        var ofPods = template.Field("metadata").Map("labels");
        return webhooks.Any(webhook =>
            LabelExpressions.Matches(webhook.Field("namespaceSelector"), ofNamespace) && LabelExpressions.Matches(webhook.Field("objectSelector"), ofPods));
    }
}
