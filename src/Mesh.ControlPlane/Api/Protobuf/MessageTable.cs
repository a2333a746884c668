using System.Collections.Frozen;
using System.Globalization;

namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>The messages that kubectl makes itself, with their field numbers (k8s.io/api's <c>generated.proto</c> files).</summary>
/// <remarks>
/// A line is <c>Message: number name type; …</c>. Types: s text, i number, b boolean, B bytes, q quantity, t time, p port (number or name), m map of texts, mB of bytes, mq of quantities,
/// or a message. <c>[]</c> before it: a list; <c>*</c> behind it: a pointer in Go; the name <c>-</c>: fields of the message stand in its parent.
/// </remarks>
internal static class MessageTable
{
    private const string Messages = """
        ObjectMeta: 1 name s; 2 generateName s; 3 namespace s; 4 selfLink s; 5 uid s; 6 resourceVersion s; 7 generation i; 8 creationTimestamp t; 9 deletionTimestamp t; 10 deletionGracePeriodSeconds i*; 11 labels m; 12 annotations m; 13 ownerReferences []OwnerReference; 14 finalizers []s
        OwnerReference: 1 kind s; 3 name s; 4 uid s; 5 apiVersion s; 6 controller b*; 7 blockOwnerDeletion b*
        ObjectReference: 1 kind s; 2 namespace s; 3 name s; 4 uid s; 5 apiVersion s; 6 resourceVersion s; 7 fieldPath s
        LocalObjectReference: 1 name s
        LabelSelector: 1 matchLabels m; 2 matchExpressions []LabelSelectorRequirement
        LabelSelectorRequirement: 1 key s; 2 operator s; 3 values []s
        Namespace: 1 metadata ObjectMeta; 2 spec NamespaceSpec; 3 status NamespaceStatus
        NamespaceSpec: 1 finalizers []s
        NamespaceStatus: 1 phase s
        ServiceAccount: 1 metadata ObjectMeta; 2 secrets []ObjectReference; 3 imagePullSecrets []LocalObjectReference; 4 automountServiceAccountToken b*
        ConfigMap: 1 metadata ObjectMeta; 2 data m; 3 binaryData mB; 4 immutable b*
        Secret: 1 metadata ObjectMeta; 2 data mB; 3 type s; 4 stringData m; 5 immutable b*
        Service: 1 metadata ObjectMeta; 2 spec ServiceSpec; 3 status ServiceStatus
        ServiceSpec: 1 ports []ServicePort; 2 selector m; 3 clusterIP s; 4 type s; 5 externalIPs []s; 7 sessionAffinity s; 8 loadBalancerIP s; 9 loadBalancerSourceRanges []s; 10 externalName s; 11 externalTrafficPolicy s; 12 healthCheckNodePort i; 13 publishNotReadyAddresses b; 14 sessionAffinityConfig SessionAffinityConfig*; 17 ipFamilyPolicy s*; 18 clusterIPs []s; 19 ipFamilies []s; 20 allocateLoadBalancerNodePorts b*; 21 loadBalancerClass s*; 22 internalTrafficPolicy s*; 23 trafficDistribution s*
        ServicePort: 1 name s; 2 protocol s; 3 port i; 4 targetPort p; 5 nodePort i; 6 appProtocol s*
        SessionAffinityConfig: 1 clientIP ClientIPConfig*
        ClientIPConfig: 1 timeoutSeconds i*
        ServiceStatus: 1 loadBalancer LoadBalancerStatus
        LoadBalancerStatus: 1 ingress []LoadBalancerIngress
        LoadBalancerIngress: 1 ip s; 2 hostname s
        Deployment: 1 metadata ObjectMeta; 2 spec DeploymentSpec; 3 status DeploymentStatus
        DeploymentSpec: 1 replicas i*; 2 selector LabelSelector*; 3 template PodTemplateSpec; 4 strategy DeploymentStrategy; 5 minReadySeconds i; 6 revisionHistoryLimit i*; 7 paused b; 9 progressDeadlineSeconds i*
        DeploymentStrategy: 1 type s; 2 rollingUpdate RollingUpdateDeployment*
        RollingUpdateDeployment: 1 maxUnavailable p*; 2 maxSurge p*
        DeploymentStatus: 1 observedGeneration i; 2 replicas i; 3 updatedReplicas i; 4 availableReplicas i; 5 unavailableReplicas i; 7 readyReplicas i; 8 collisionCount i*
        PodTemplateSpec: 1 metadata ObjectMeta; 2 spec PodSpec
        PodSpec: 1 volumes []Volume; 2 containers []Container; 3 restartPolicy s; 4 terminationGracePeriodSeconds i*; 5 activeDeadlineSeconds i*; 6 dnsPolicy s; 7 nodeSelector m; 8 serviceAccountName s; 9 serviceAccount s; 10 nodeName s; 11 hostNetwork b; 12 hostPID b; 13 hostIPC b; 15 imagePullSecrets []LocalObjectReference; 16 hostname s; 17 subdomain s; 19 schedulerName s; 20 initContainers []Container; 21 automountServiceAccountToken b*; 24 priorityClassName s; 25 priority i*; 27 shareProcessNamespace b*; 30 enableServiceLinks b*
        Container: 1 name s; 2 image s; 3 command []s; 4 args []s; 5 workingDir s; 6 ports []ContainerPort; 7 env []EnvVar; 8 resources ResourceRequirements; 9 volumeMounts []VolumeMount; 13 terminationMessagePath s; 14 imagePullPolicy s; 16 stdin b; 17 stdinOnce b; 18 tty b; 20 terminationMessagePolicy s
        ContainerPort: 1 name s; 2 hostPort i; 3 containerPort i; 4 protocol s; 5 hostIP s
        EnvVar: 1 name s; 2 value s
        ResourceRequirements: 1 limits mq; 2 requests mq
        VolumeMount: 1 name s; 2 readOnly b; 3 mountPath s; 4 subPath s
        Volume: 1 name s; 2 - VolumeSource
        VolumeSource: 2 emptyDir EmptyDirVolumeSource*; 6 secret SecretVolumeSource*; 19 configMap ConfigMapVolumeSource*
        EmptyDirVolumeSource: 1 medium s; 2 sizeLimit q*
        SecretVolumeSource: 1 secretName s; 3 defaultMode i*; 4 optional b*
        ConfigMapVolumeSource: 1 - LocalObjectReference; 3 defaultMode i*; 4 optional b*
        TokenRequest: 1 metadata ObjectMeta; 2 spec TokenRequestSpec; 3 status TokenRequestStatus
        TokenRequestSpec: 1 audiences []s; 3 boundObjectRef BoundObjectReference*; 4 expirationSeconds i*
        BoundObjectReference: 1 kind s; 2 apiVersion s; 3 name s; 4 uid s
        TokenRequestStatus: 1 token s; 2 expirationTimestamp t
        SelfSubjectAccessReview: 1 metadata ObjectMeta; 2 spec SelfSubjectAccessReviewSpec; 3 status SubjectAccessReviewStatus
        SelfSubjectAccessReviewSpec: 1 resourceAttributes ResourceAttributes*; 2 nonResourceAttributes NonResourceAttributes*
        ResourceAttributes: 1 namespace s; 2 verb s; 3 group s; 4 version s; 5 resource s; 6 subresource s; 7 name s
        NonResourceAttributes: 1 path s; 2 verb s
        SubjectAccessReviewStatus: 1 allowed b; 2 reason s; 3 evaluationError s; 4 denied b
        SelfSubjectRulesReview: 1 metadata ObjectMeta; 2 spec SelfSubjectRulesReviewSpec; 3 status SubjectRulesReviewStatus
        SelfSubjectRulesReviewSpec: 1 namespace s
        SubjectRulesReviewStatus: 3 incomplete b; 4 evaluationError s
        SelfSubjectReview: 1 metadata ObjectMeta; 2 status SelfSubjectReviewStatus
        SelfSubjectReviewStatus:
        DeleteOptions: 1 gracePeriodSeconds i*; 2 preconditions Preconditions*; 3 orphanDependents b*; 4 propagationPolicy s*; 5 dryRun []s
        Preconditions: 1 uid s*; 2 resourceVersion s*
        """;

    private static readonly FrozenDictionary<string, FrozenDictionary<int, MessageField>> Table = Messages
        .Split('\n')
        .Select(line => line.Split(':', 2))
        .ToFrozenDictionary(parts => parts[0], parts => ReadFields(parts[1]), StringComparer.Ordinal);

    /// <summary>The fields of a message by their numbers; null when it is not known.</summary>
    public static FrozenDictionary<int, MessageField>? Find(string message) => Table.GetValueOrDefault(message);

    private static FrozenDictionary<int, MessageField> ReadFields(string text) => text
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Split(' '))
        .ToFrozenDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => ReadField(parts[1], parts[2]));

    private static MessageField ReadField(string name, string type)
    {
        var isRepeated = type.StartsWith("[]", StringComparison.Ordinal);
        var plain = type[(isRepeated ? 2 : 0)..].TrimEnd('*');
        var known = plain switch
        {
            "s" => MessageFieldType.String,
            "i" => MessageFieldType.Integer,
            "b" => MessageFieldType.Boolean,
            "B" => MessageFieldType.Bytes,
            "q" => MessageFieldType.Quantity,
            "t" => MessageFieldType.Time,
            "p" => MessageFieldType.IntOrString,
            "m" => MessageFieldType.StringMap,
            "mB" => MessageFieldType.BytesMap,
            "mq" => MessageFieldType.QuantityMap,
            _ => MessageFieldType.Message,
        };
        return new MessageField(name == "-" ? "" : name, known, plain, isRepeated, type.EndsWith('*'));
    }
}
