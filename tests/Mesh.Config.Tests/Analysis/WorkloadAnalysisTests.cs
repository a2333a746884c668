namespace Mesh.Config.Tests.Analysis;

/// <summary>One case for each message about pods, deployments, policies, injection and the mesh itself.</summary>
public sealed class WorkloadAnalysisTests
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-1, namespace: default, labels: {app: web}}
        spec: {containers: [{name: web, image: web}]}
        ---

        """;

    private const string Injected = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {istio-injection: enabled}}\n---\n";

    private const string Injector = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: istio-sidecar-injector}
        webhooks:
        - name: namespace.sidecar-injector.istio.io
          clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}
          namespaceSelector: {matchLabels: {istio-injection: enabled}}
        ---

        """;

    [Theory]
    [InlineData("v1", "Service", "sidecar.istio.io/inject: 'true'", "IST0107", "Misplaced annotation: sidecar.istio.io/inject can only be applied to Pod")]
    [InlineData("v1", "Pod", "sidecar.istio.io/nonsense: x", "IST0108", "Unknown annotation: sidecar.istio.io/nonsense")]
    [InlineData("v1", "Pod", "traffic.sidecar.istio.io/includeInboundPorts: many", "IST0125", "Invalid annotation traffic.sidecar.istio.io/includeInboundPorts: ")]
    [InlineData("v1", "Pod", "sidecar.istio.io/proxyCPU: 100m", null, null)]
    public void Annotation_ThatIsOfNoUse_IsTold(string version, string kind, string annotation, string? code, string? text)
    {
        var messages = Analyzed.Messages("annotations.K8sAnalyzer", $"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: default, annotations: {{{annotation}}}}}\n");

        Assert.Equal(code is null, messages.Count == 0);
        Assert.True(code is null || messages.Any(message => message.Kind.Code == code && message.Text.StartsWith(text!, StringComparison.Ordinal)), string.Join('\n', messages));
    }

    [Fact]
    public void User1337_IsIST0144() =>
        Assert.Equal("IST0144", Assert.Single(Analyzed.Messages("applicationUID.Analyzer", Pod.Replace("image: web}", "image: web, securityContext: {runAsUser: 1337}}", StringComparison.Ordinal))).Kind.Code);

    [Theory]
    [InlineData("web", null)]
    [InlineData("other", "No matching workloads for this resource with the following labels: app=other")]
    public void AuthorizationPolicy_ThatSelectsNobody_IsIST0127(string app, string? text)
    {
        var yaml = Injected + Pod + $"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: a, namespace: default}}\nspec: {{selector: {{matchLabels: {{app: {app}}}}}}}\n";

        Assert.Equal(text, Analyzed.Messages("auth.AuthorizationPoliciesAnalyzer", yaml).SingleOrDefault()?.Text);
    }

    [Fact]
    public void AuthorizationPolicy_OfAnUnknownNamespace_IsIST0101()
    {
        var yaml = Pod + "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: default}\nspec: {rules: [{from: [{source: {namespaces: [nowhere]}}]}]}\n";

        Assert.Contains(Analyzed.Messages("auth.AuthorizationPoliciesAnalyzer", yaml), message => message.Text == "Referenced namespace not found: \"nowhere\"");
    }

    [Theory]
    [InlineData("", "IST0175")]
    [InlineData("env: [{name: BLOCKED_CIDRS_IN_JWKS_URIS, value: 10.0.0.0/8}]", null)]
    public void Istiod_ThatFetchesKeysFromAnywhere_IsIST0175(string environment, string? code)
    {
        var yaml = $$"""
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: a, namespace: default}
            spec: {jwtRules: [{issuer: i}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: istiod, namespace: istio-system, labels: {app: istiod} }
            spec: {template: {spec: {containers: [{name: discovery, {{environment}} }] } } }
            """;

        Assert.Equal(code, Analyzed.Messages("authn.BlockedCIDRsAnalyzer", yaml).SingleOrDefault()?.Kind.Code);
    }

    [Fact]
    public void Services_OfOneDeployment_ThatDisagree_AreIST0116AndIST0137()
    {
        const string Yaml = Injected + """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default, labels: {app: web}}
            spec: {template: {metadata: {labels: {app: web}}}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: a, namespace: default}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: b, namespace: default}
            spec: {selector: {app: web}, ports: [{name: tcp, port: 80, targetPort: 8080, protocol: UDP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: c, namespace: default}
            spec: {selector: {app: web}, ports: [{name: tcp, port: 81, targetPort: 8080, protocol: TCP}]}
            """;

        var codes = Analyzed.Messages("deployment.MultiServiceAnalyzer", Yaml).Select(message => message.Kind.Code).Distinct();

        Assert.Equal(["IST0116", "IST0137"], codes);
    }

    [Theory]
    [InlineData("name: web, port: 80", "", "Info [IST0118] (Service default/web a.yaml:4) Port name web (port: 80, targetPort: 0) doesn't follow the naming convention of Istio port.")]
    [InlineData("name: http-web, port: 80", "", null)]
    [InlineData("name: web, port: 80, appProtocol: http", "", null)]
    [InlineData("name: tcp, port: 80", "type: ExternalName, externalName: a.example.com,", "Warning [IST0150] (Service default/web a.yaml:4) Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly")]
    public void PortName_OutOfTheConvention_IsTold(string port, string type, string? line) =>
        Assert.Equal(line, Analyzed.Lines("service.PortNameAnalyzer", $"apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: default}}\nspec: {{{type} ports: [{{{port}}}]}}\n").SingleOrDefault());

    [Fact]
    public void Sidecars_ThatSelectAPodTwiceOrNobody_AreTold()
    {
        const string Sidecar = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: NAME, namespace: default}\nspec: {egress: [{hosts: ['./*']}]SELECTOR}\n---\n";
        string Of(string name, string selector) => Sidecar.Replace("NAME", name, StringComparison.Ordinal).Replace("SELECTOR", selector, StringComparison.Ordinal);
        const string Web = ", workloadSelector: {labels: {app: web}}";

        var both = Analyzed.Messages("sidecar.SelectorAnalyzer", Pod + Of("a", Web) + Of("b", Web));
        var defaults = Analyzed.Messages("sidecar.SelectorAnalyzer", Of("a", "") + Of("b", ""));
        var nobody = Analyzed.Messages("sidecar.SelectorAnalyzer", Of("a", Web));

        Assert.Equal("The Sidecars [a b] in namespace \"default\" select the same workload pod \"web-1\", which can lead to undefined behavior.", both[0].Text);
        Assert.Equal("The Sidecars [a b] in namespace \"default\" have no workload selector, which can lead to undefined behavior.", defaults[0].Text);
        Assert.Equal(["IST0110", "IST0110", "IST0111", "IST0111", "IST0101"], both.Concat(defaults).Concat(nobody).Select(message => message.Kind.Code));
    }

    [Fact]
    public void Telemetries_ThatSelectAPodTwiceOrNobodyOrNothing_AreTold()
    {
        string Of(string name, string spec) => $"apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {{name: {name}, namespace: default}}\nspec: {{{spec}}}\n---\n";
        const string Web = "selector: {matchLabels: {app: web}}";

        var both = Analyzed.Messages("telemetry.SelectorAnalyzer", Pod + Of("a", Web) + Of("b", Web));
        var nobody = Analyzed.Messages("telemetry.SelectorAnalyzer", Of("a", Web));
        var defaults = Analyzed.Messages("telemetry.DefaultSelectorAnalyzer", Of("a", "") + Of("b", ""));
        var provider = Analyzed.Messages("telemetry.ProviderAnalyzer", Of("a", "accessLogging: [{disabled: false}]"));
        var known = Analyzed.Messages("telemetry.ProviderAnalyzer", Of("a", "accessLogging: [{disabled: false}]"), "defaultProviders: {accessLogging: [envoy]}");
        var lightstep = Analyzed.Messages("telemetry.LightstepAnalyzer", Of("a", "tracing: [{providers: [{name: light}]}]"), "extensionProviders: [{name: light, lightstep: {service: a, port: 80}}]");

        Assert.Equal(["IST0159", "IST0159"], both.Select(message => message.Kind.Code));
        Assert.Equal("IST0101", Assert.Single(nobody).Kind.Code);
        Assert.Equal(["IST0160", "IST0160"], defaults.Select(message => message.Kind.Code));
        Assert.Equal("The Telemetry a in namespace \"default\" with empty providers will be ignored.", Assert.Single(provider).Text);
        Assert.Empty(known);
        Assert.Equal("IST0002", Assert.Single(lightstep).Kind.Code);
    }

    [Theory]
    [InlineData("", "IST0102")]
    [InlineData(", labels: {istio-injection: enabled}", "IST0103")]
    [InlineData(", labels: {istio-injection: disabled}", null)]
    [InlineData(", labels: {istio-injection: enabled, istio.io/rev: canary}", "IST0123")]
    public void Namespace_AndItsPods_AreCheckedForInjection(string labels, string? code)
    {
        var yaml = Injector + Pod + $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: default{labels}}}\n";

        var codes = Analyzed.Messages("injection.Analyzer", yaml).Select(message => message.Kind.Code);

        Assert.True(code is null ? !codes.Any() : codes.Contains(code), string.Join(' ', codes));
    }

    [Theory]
    [InlineData("Pod", "v1", "spec: {containers: [{name: istio-proxy, image: auto}]}", "IST0147")]
    [InlineData("Deployment", "apps/v1", "spec: {template: {metadata: {labels: {app: a}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}", "IST0146")]
    public void ImageAuto_ThatNobodyReplaces_IsTold(string kind, string version, string spec, string code)
    {
        var yaml = Injector + $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: default}}\n---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: default}}\n{spec}\n";

        Assert.Equal(code, Assert.Single(Analyzed.Messages("injection.ImageAutoAnalyzer", yaml)).Kind.Code);
    }

    [Theory]
    [InlineData("operation: REPLACE", "CLUSTER", "IST0152")]
    [InlineData("operation: ADD", "HTTP_ROUTE", "IST0153")]
    [InlineData("operation: REMOVE", "ROUTE_CONFIGURATION", "IST0154")]
    [InlineData("operation: INSERT_BEFORE", "HTTP_FILTER", "IST0151")]
    public void EnvoyPatch_OfADoubtfulOperation_IsTold(string operation, string target, string code)
    {
        var yaml = $"apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {{name: a, namespace: default}}\nspec: {{configPatches: [{{applyTo: {target}, patch: {{{operation}}}}}]}}\n";

        Assert.Equal(code, Assert.Single(Analyzed.Messages("envoyfilter.EnvoyPatchAnalyzer", yaml)).Kind.Code);
    }

    [Fact]
    public void Condition_ThatIsFalse_IsIST0171()
    {
        const string Yaml = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: default}\nspec: {hosts: [a.example.com]}\nstatus: {conditions: [{type: istio.io/WaypointBound, status: 'False', reason: Busy, message: later}]}\n";

        Assert.Equal("A condition with a negative status is present: type=istio.io/WaypointBound, reason=Busy, message=later.", Assert.Single(Analyzed.Messages("conditions.ConditionAnalyzer", Yaml)).Text);
    }

    [Fact]
    public void Registry_OfNoCluster_IsIST0126()
    {
        const string Networks = "networks: {one: {endpoints: [{fromRegistry: nowhere}]}}";
        const string ConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: '{}'}\n";

        Assert.Contains(Analyzed.Messages("meshnetworks.MeshNetworksAnalyzer", ConfigMap, networks: Networks), message => message.Kind.Code == "IST0126");
    }

    [Theory]
    [InlineData("https://istiod.example.com:15017/inject", null)]
    [InlineData("https://10.1.2.3:15017/inject", "IST0164")]
    public void ExternalControlPlane_IsJudgedByItsAddress(string url, string? code)
    {
        var yaml = $"apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {{name: istio-sidecar-injector-external-istiod}}\nwebhooks: [{{name: rev.namespace.sidecar-injector.istio.io, clientConfig: {{url: '{url}'}}}}]\n";

        Assert.Equal(code, Analyzed.Messages("externalcontrolplane.ExternalControlPlaneAnalyzer", yaml) is [var message, ..] ? message.Kind.Code : null);
    }

    [Fact]
    public void Webhook_OfAMissingService_IsIST0139() =>
        Assert.Equal("IST0139", Assert.Single(Analyzed.Messages("webhook.Analyzer", Injector)).Kind.Code);

    [Fact]
    public void Selector_OnAPolicyForAKubernetesGateway_IsIST0166()
    {
        const string Yaml = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: default}
            spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: edge-1, namespace: default, labels: {gateway.networking.k8s.io/gateway-name: edge}}
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: a, namespace: default}
            spec: {selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: edge}}, jwtRules: [{issuer: i}]}
            """;

        Assert.Equal("IST0166", Assert.Single(Analyzed.Messages("k8sgateway.SelectorAnalyzer", Yaml)).Kind.Code);
    }

    [Fact]
    public void GatewayApi_TooOld_IsIST0176()
    {
        const string Yaml = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: tlsroutes.gateway.networking.k8s.io, annotations: {gateway.networking.k8s.io/bundle-version: v0.5.0}}\n";

        Assert.Equal("IST0176", Assert.Single(Analyzed.Messages("k8sgateway.CRDVersionAnalyzer", Yaml)).Kind.Code);
    }

    [Fact]
    public void AlphaAnnotation_IsToldOnlyWhenAskedFor()
    {
        var yaml = Pod.Replace("app: web}}", "app: web}, annotations: {sidecar.istio.io/proxyCPU: 100m}}", StringComparison.Ordinal);

        Assert.Contains(Analyzed.Messages("maturity.AlphaAnalyzer", yaml), message => message.Kind.Code == "IST0136");
        Assert.DoesNotContain(Mesh.Config.Analysis.AnalyzerCatalog.Default, analyzer => analyzer.Name == "annotations.AlphaAnalyzer");
    }
}
