using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms.Kubernetes;

/// <summary>The objects of <see cref="StubCluster"/>: shop with a history and a canary beside it, scaled down by hand from 12 pods to 6 and 2, mailer with two containers and none named and an autoscaler, batch that is recreated, a stateful set and a daemon set.</summary>
internal sealed class StubObjects
{
    private readonly Dictionary<string, List<JsonObject>> all = new(StringComparer.Ordinal);
    private int versions = 100;

    public StubObjects()
    {
        var shop = Workload("shop", "Deployment", 7, [Container("app", "registry.local:5000/shop:v42")], 6);
        shop["metadata"]!["annotations"]!["chatops/replicas"] = "12";
        Store("deployments", shop);
        Store("deployments", Canary("v43", 2));
        Store("horizontalpodautoscalers", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"mailer-load"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"mailer"},"minReplicas":1,"maxReplicas":4} }""")!);
        Store("replicasets", Revision("shop", 1, "v41", "2026-11-18T09:20:00Z", "mei"));
        Store("replicasets", Revision("shop", 2, "v42", "2026-11-21T09:20:00Z", "tom"));
        Store("pods", Pod("shop-2-a", "shop", "rs-shop-2"));
        Store("deployments", Workload("mailer", "Deployment", 3, [Container("one", "mailer:1"), Container("two", "proxy:1")], 1));
        var batch = Workload("batch", "Deployment", 1, [Container("app", "batch:v2")], 1);
        batch["spec"]!["strategy"] = new JsonObject { ["type"] = "Recreate" };
        Store("deployments", batch);
        Store("statefulsets", Workload("store", "StatefulSet", 2, [Container("app", "store:v2")], 1));
        Store("daemonsets", Workload("agent", "DaemonSet", 2, [Container("app", "agent:v2")], 1));
        foreach (var (name, n) in new[] { ("store", 1), ("store", 2), ("agent", 1), ("agent", 2) })
            Store("controllerrevisions", ControllerRevision(name, n));
        Store("podmetrics", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"shop-2-a"},"timestamp":"2026-11-21T09:30:00Z","window":"15s","containers":[{"name":"app","usage":{"cpu":"250000000n","memory":"204800Ki"}}]}""")!);
        Store("events", (JsonObject)JsonNode.Parse($$"""{"metadata":{"name":"e1"},"type":"Warning","reason":"Unhealthy","message":"Readiness probe failed: password=hunter2hunter2","lastTimestamp":"{{TimeProvider.System.GetUtcNow():O}}","involvedObject":{"kind":"Pod","name":"shop-2-a"} }""")!);
    }

    /// <summary>By pod, and pod/previous.</summary>
    public Dictionary<string, List<(DateTimeOffset At, string Text)>> Logs { get; } = new(StringComparer.Ordinal) { ["shop-2-a"] = [] };

    public JsonObject? Find(string resource, string name) => all.GetValueOrDefault(resource)?.Find(o => (string?)o["metadata"]!["name"] == name);

    public JsonObject List(string resource, string selector) => new()
    {
        ["items"] = new JsonArray([.. (all.GetValueOrDefault(resource) ?? []).Where(o => selector.Length == 0 || resource == "events" || selector.Split(',').All(t => t.Split('=') is [var key, var value] && (string?)o["metadata"]!["labels"]?[key] == value)).Select(o => o.DeepClone())]),
    };

    /// <summary>As the server does with every write: another resource version, and another generation where the spec changed.</summary>
    public void Store(string resource, JsonObject item)
    {
        var list = all.TryGetValue(resource, out var there) ? there : all[resource] = [];
        var name = (string?)item["metadata"]!["name"];
        var at = list.FindIndex(o => (string?)o["metadata"]!["name"] == name);
        item["metadata"]!["resourceVersion"] = (++versions).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (at < 0)
        {
            item["metadata"]!["generation"] ??= 1L;
            item["metadata"]!["uid"] ??= $"uid-{name}";
            list.Add(item);
        }
        else
        {
            if (!JsonNode.DeepEquals(list[at]["spec"], item["spec"])) item["metadata"]!["generation"] = (long)list[at]["metadata"]!["generation"]! + 1;
            list[at] = item;
        }
    }

    public void Remove(string resource, string name) => all[resource].RemoveAll(o => (string?)o["metadata"]!["name"] == name);

    /// <summary>Somebody else writes the object.</summary>
    public void Touch(string resource, string name) => Store(resource, (JsonObject)Find(resource, name)!.DeepClone());

    public void Change(string resource, string name, Action<JsonObject> change)
    {
        var copy = (JsonObject)Find(resource, name)!.DeepClone();
        change(copy);
        Store(resource, copy);
    }

    /// <summary>The controller has seen the newest template, and its pods are there.</summary>
    public void RollOut(string resource, string name, bool works = true) => Change(resource, name, o =>
    {
        var status = o["status"] ??= new JsonObject();
        var replicas = (int)(o["spec"]!["replicas"] ?? 1)!;
        status["observedGeneration"] = (long)o["metadata"]!["generation"]!;
        status["updatedReplicas"] = works ? replicas : 0;
        if (works)
            foreach (var count in new[] { "replicas", "readyReplicas", "availableReplicas" }) status[count] = replicas;
        status["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "Progressing", ["status"] = works ? "True" : "False", ["reason"] = works ? "NewReplicaSetAvailable" : "ProgressDeadlineExceeded",
            ["message"] = works ? "has successfully progressed" : "ReplicaSet \"shop-3\" has timed out progressing.", ["lastUpdateTime"] = "2026-11-21T10:00:00Z",
        });
        if (resource == "deployments" && works)
        {
            var number = List("replicasets", $"app={name}")["items"]!.AsArray().Count + 1;
            if (o["metadata"]!["annotations"] is null) o["metadata"]!["annotations"] = new JsonObject();
            o["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var set = Revision(name, number, "", "2026-11-21T10:00:00Z", null);
            set["spec"]!["template"] = o["spec"]!["template"]!.DeepClone();
            set["spec"]!["template"]!["metadata"]!["labels"]!["pod-template-hash"] = $"h{number}";
            Store("replicasets", set);
        }
    });

    public static string? Invalid(JsonObject item)
    {
        var images = item["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(c => (string?)c!["image"]);
        return images.Any(i => i?.EndsWith(":denied", StringComparison.Ordinal) == true) ? "admission webhook \"images\" denied the request: this image is not signed" : null;
    }

    public static JsonObject Merged(JsonObject old, JsonObject patch, bool strategic)
    {
        if (strategic && (string?)patch["$patch"] == "replace")
        {
            var instead = (JsonObject)patch.DeepClone();
            instead.Remove("$patch");
            return instead;
        }
        var merged = (JsonObject)old.DeepClone();
        foreach (var (key, value) in patch)
        {
            if (value is null) merged.Remove(key);
            else if (value is JsonObject below) merged[key] = Merged(merged[key] as JsonObject ?? [], below, strategic);
            else if (strategic && key == "containers" && merged[key] is JsonArray there)
                merged[key] = new JsonArray([.. there.Select(c => value.AsArray().FirstOrDefault(p => (string?)p!["name"] == (string?)c!["name"]) is JsonObject p ? Merged((JsonObject)c!, p, strategic) : c!.DeepClone())]);
            else merged[key] = value.DeepClone();
        }
        return merged;
    }

    /// <summary>As the adapter makes it beside shop.</summary>
    public static JsonObject Canary(string version, int replicas)
    {
        var canary = Workload("shop-canary", "Deployment", 4, [Container("app", $"registry.local:5000/shop:{version}")], replicas);
        canary["metadata"]!["labels"] = new JsonObject { ["app"] = "shop", ["chatops/track"] = "canary" };
        canary["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "Deployment", ["name"] = "shop", ["uid"] = "uid-shop" });
        canary["spec"]!["selector"]!["matchLabels"] = new JsonObject { ["app"] = "shop", ["chatops/track"] = "canary" };
        canary["spec"]!["template"]!["metadata"]!["labels"] = new JsonObject { ["app"] = "shop", ["chatops/track"] = "canary" };
        return canary;
    }

    private static JsonObject Container(string name, string image) => (JsonObject)JsonNode.Parse($$"""
        {"name":"{{name}}","image":"{{image}}","env":[{"name":"DATABASE_URL","value":"x"},{"name":"INVENTORY_URL","value":"y"}],"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"} } }
        """)!;

    private static JsonObject Template(string name, JsonObject[] containers) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray([.. containers]) },
    };

    private static JsonObject Workload(string name, string kind, int generation, JsonObject[] containers, int replicas)
    {
        var json = (JsonObject)JsonNode.Parse($$"""
            {"apiVersion":"apps/v1","kind":"{{kind}}",
             "metadata":{"name":"{{name}}","uid":"uid-{{name}}","generation":{{generation}},"annotations":{"deployment.kubernetes.io/revision":"2"},"labels":{"app":"{{name}}"} },
             "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} } },
             "status":{"observedGeneration":{{generation}},"replicas":{{replicas}},"readyReplicas":{{replicas}},"updatedReplicas":{{replicas}},"availableReplicas":{{replicas}},
                       "desiredNumberScheduled":1,"currentNumberScheduled":1,"updatedNumberScheduled":1,"numberReady":1,"numberAvailable":1,
                       "conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]} }
            """)!;
        json["spec"]!["template"] = Template(name, containers);
        return json;
    }

    private static JsonObject Revision(string name, int number, string version, string at, string? by)
    {
        var json = (JsonObject)JsonNode.Parse($$"""
            {"metadata":{"name":"{{name}}-{{number}}","uid":"rs-{{name}}-{{number}}","creationTimestamp":"{{at}}","labels":{"app":"{{name}}"},
                         "annotations":{"deployment.kubernetes.io/revision":"{{number}}","kubernetes.io/change-cause":"deploy of {{version}}"},
                         "ownerReferences":[{"controller":true,"uid":"uid-{{name}}"}] },"spec":{} }
            """)!;
        var template = Template(name, [Container("app", $"registry.local:5000/{name}:{version}")]);
        template["metadata"]!["labels"]!["pod-template-hash"] = $"h{number}";
        if (by is not null) template["metadata"]!["annotations"] = new JsonObject { ["chatops/operation-id"] = $"op-{name}-{number}", ["chatops/operation-actor"] = by };
        json["spec"]!["template"] = template;
        return json;
    }

    private static JsonObject ControllerRevision(string name, int number)
    {
        var template = Template(name, [Container("app", $"{name}:v{number}")]);
        template["$patch"] = "replace";
        return new()
        {
            ["metadata"] = (JsonObject)JsonNode.Parse($$"""{"name":"{{name}}-{{number}}","uid":"cr-{{name}}-{{number}}","creationTimestamp":"2026-11-2{{number}}T09:00:00Z","labels":{"app":"{{name}}"},"ownerReferences":[{"controller":true,"uid":"uid-{{name}}"}] }""")!,
            ["revision"] = number,
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
        };
    }

    public static JsonObject Pod(string name, string app, string owner) => (JsonObject)JsonNode.Parse($$"""
        {"metadata":{"name":"{{name}}","labels":{"app":"{{app}}"},"ownerReferences":[{"controller":true,"uid":"{{owner}}"}] },
         "status":{"phase":"Running","containerStatuses":[{"name":"app","restartCount":2,"imageID":"registry.local:5000/shop@sha256:5d0c","state":{"running":{"startedAt":"2026-11-21T09:24:11Z"} },
           "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-21T09:24:10Z"} } }]} }
        """)!;
}
