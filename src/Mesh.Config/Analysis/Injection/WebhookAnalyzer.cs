using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Injectors that would both take the same pod, or that call a control plane which is not there (IST0139).</summary>
internal sealed class WebhookAnalyzer : IAnalyzer
{
    public string Name => "webhook.Analyzer";

    public string Description => "Checks the validity of Istio webhooks";

    public void Analyze(AnalysisContext context)
    {
        var webhooks = context.All(KindNames.MutatingWebhook)
            .Where(IsIstios)
            .SelectMany(configuration => configuration.Document.Items("webhooks").Select(webhook => (Configuration: configuration, Webhook: webhook)))
            .ToArray();
        var revisions = webhooks.Select(entry => entry.Configuration).Distinct().SelectMany(Revisions).Distinct(StringComparer.Ordinal).ToArray();
        CheckOverlaps(context, webhooks, revisions);
        foreach (var (configuration, webhook) in webhooks)
        {
            var service = webhook.Field("clientConfig", "service");
            var name = AnalysisSnapshot.FullNameOf(service.Text("namespace"), service.Text("name"));
            if (service.Exists() && context.Snapshot.Find(KindNames.Service, service.Text("namespace"), service.Text("name")) is null)
            {
                context.Report(Messages.InvalidWebhook, configuration, $"Injector refers to a control plane service that does not exist: {name}.");
            }
        }
    }

    /// <summary>Every combination of labels that can be met must find one injector or none.</summary>
    private static void CheckOverlaps(AnalysisContext context, (AnalysisResource Configuration, JsonElement Webhook)[] webhooks, string[] revisions)
    {
        foreach (var ofNamespace in Combinations(MeshMembership.InjectionLabel, MeshMembership.Enabled, "disabled", revisions))
        {
            var near = webhooks.Where(entry => LabelExpressions.Matches(entry.Webhook.Field("namespaceSelector"), ofNamespace)).ToArray();
            foreach (var ofPod in Combinations(MeshMembership.InjectLabel, "true", "false", revisions))
            {
                var matches = near.Where(entry => LabelExpressions.Matches(entry.Webhook.Field("objectSelector"), ofPod)).DistinctBy(NameOf).ToArray();
                foreach (var match in matches.Length > 1 ? matches : [])
                {
                    var others = matches.Select(NameOf).Where(name => name != NameOf(match)).Order(StringComparer.Ordinal).ToArray();
                    context.Report(
                        Messages.InvalidWebhook, match.Configuration,
                        MessageText.Format("Webhook overlaps with others: %v. This may cause injection to occur twice.", [others]));
                }
            }
        }
    }

    private static IEnumerable<Dictionary<string, string>> Combinations(string label, string on, string off, string[] revisions) =>
        revisions.Prepend("").SelectMany(revision => new[] { "", on, off }.Select(value =>
            new[] { KeyValuePair.Create(label, value), KeyValuePair.Create(MeshMembership.RevisionLabel, revision) }
                .Where(entry => entry.Value.Length > 0)
                .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal)));

    private static string NameOf((AnalysisResource Configuration, JsonElement Webhook) entry) => $"{entry.Configuration.FullName}/{entry.Webhook.Text("name")}";

    private static bool IsIstios(AnalysisResource configuration) =>
        Revisions(configuration).Any() || configuration.Document.Items("webhooks").Any(webhook => webhook.Text("name").EndsWith("istio.io", StringComparison.Ordinal));

    private static IEnumerable<string> Revisions(AnalysisResource configuration)
    {
        if (configuration.Labels.TryGetValue(MeshMembership.RevisionLabel, out var revision))
        {
            yield return revision;
        }

        foreach (var selector in configuration.Document.Items("webhooks").SelectMany(webhook => new[] { webhook.Field("namespaceSelector"), webhook.Field("objectSelector") }))
        {
            if (selector.Map("matchLabels").TryGetValue(MeshMembership.RevisionLabel, out revision))
            {
                yield return revision;
            }

            foreach (var value in selector.Items("matchExpressions").Where(expression => expression.Text("key") == MeshMembership.RevisionLabel).SelectMany(expression => expression.Items("values")))
            {
                yield return value.Text();
            }
        }
    }
}
