namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>What is on the scripted machine, in the forms of PM2 7 and systemd 252.</summary>
internal static class StubAnswers
{
    public const string Release = """
        # put here by the pipeline
        commit=9f3c
        author=tom
        message=Countries password=hunter2hunter2
        created=2026-11-21T08:55:00Z
        digest=sha256:5d0c
        schema=2026-11-20
        serves_back_to=v40
        migrations=0007_country
        checks=failed
        requires=DATABASE_URL, COUNTRY_URL

        """;

    public const string Pm2Log = """
        2026-11-21T09:20:03: PM2 log: App [shop:0] online
        2026-11-21T09:21:00: PM2 log: App [other:4] exited with code [1] via signal [SIGINT]
        2026-11-21T09:24:10: PM2 log: [PM2][WORKER] Process 0 restarted because it exceeds --max-memory-restart value (current_memory=301989888 max_memory_limit=268435456 [octets])
        2026-11-21T09:24:10: PM2 log: Stopping app:shop id:0
        2026-11-21T09:24:10: PM2 log: App [shop:0] exited with code [0] via signal [SIGINT]

        """;

    public static string List(string shop, string folder) => $$$$"""
        [{"pid":4242,"name":"shop","pm_id":0,"monit":{"memory":201326592,"cpu":12},"pm2_env":{"status":"online","exec_mode":"cluster_mode","restart_time":3,"unstable_restarts":0,"pm_uptime":1795253051000,"max_memory_restart":268435456,"pm_cwd":"{{{{shop}}}}/current","pm_exec_path":"{{{{shop}}}}/current/server.js","pm_out_log_path":"{{{{folder}}}}/shop-out.log","pm_err_log_path":"{{{{folder}}}}/shop-error.log","env":{"DATABASE_URL":"postgres://shop:hunter2hunter2@db/shop","INVENTORY_URL":"http://inventory","PM2_HOME":"/x","shop":"{}","unique_id":"7"}}},{"pid":4243,"name":"mailer","pm_id":1,"monit":{"memory":1048576,"cpu":0},"pm2_env":{"status":"online","exec_mode":"fork_mode","restart_time":0,"unstable_restarts":0,"pm_uptime":1795253051000,"pm_cwd":"/opt/mailer","pm_exec_path":"/opt/mailer/mailer.js","env":{}}}]
        """;

    public static string Unit(string shop) => $$"""
        LoadState=loaded
        ActiveState=active
        SubState=running
        Result=success
        NRestarts=3
        MainPID=4242
        ExecMainStartTimestamp=@1795253051
        ExecMainExitTimestamp=
        ExecMainCode=0
        ExecMainStatus=0
        ActiveEnterTimestamp=@1795253051
        WorkingDirectory={{shop}}/current
        ExecStart={ path={{shop}}/current/server ; argv[]={{shop}}/current/server ; ignore_errors=no ; status=0/0 }
        Environment="DATABASE_URL=postgres://shop:hunter2hunter2@db/shop?a b" INVENTORY_URL=http://inventory
        EnvironmentFiles=
        MemoryCurrent=201326592
        MemoryMax=268435456
        CPUUsageNSec=5000000000

        """;

    public static string Pm2(string folder) => $$"""
        #!/bin/sh
        case $1 in
          jlist) echo 'New version of PM2 available: 99.0.0'; cat {{folder}}/jlist; echo ;;
          pid) case $2 in shop) echo 4242 ;; mailer) echo 4243 ;; *) echo ;; esac ;;
          restart | reload) echo "$*" >> {{folder}}/done ;;
          --version) echo 7.0.4 ;;
        esac
        """;

    public static string Systemctl(string folder) => $$"""
        #!/bin/sh
        verb= value= names=
        for word in "$@"; do
          case $word in
            --version) echo 'systemd 252 (252.39-1~deb12u1)'; exit ;;
            --property=*) names=${word#--property=} ;;
            --value) value=yes ;;
            show | restart) verb=$word ;;
            -*) ;;
            *) unit=$word ;;
          esac
        done
        [ "$verb" != restart ] || { echo "$*" >> {{folder}}/done; exit; }
        for name in $(echo "$names" | tr , ' '); do
          line=$(grep "^$name=" {{folder}}/unit) || continue
          [ "$unit" = shop ] || case $name in WorkingDirectory | ExecStart | Environment) line=$name= ;; esac
          if [ -n "$value" ]; then echo "${line#*=}"; else echo "$line"; fi
        done
        """;

    /// <summary>It lets shop be restarted, word for word as its rules do, and asks for no password.</summary>
    public static string Sudo(string folder) => $$"""
        #!/bin/sh
        case $* in
          '-n -l systemctl restart shop') exit 0 ;;
          '-n systemctl restart shop') shift; echo "$*" >> {{folder}}/sudo; exec "$@" ;;
        esac
        echo 'sudo: a password is required' >&2; exit 1
        """;

    public static string Journalctl(string folder) => $$"""
        #!/bin/sh
        newest=
        for word in "$@"; do
          case $word in MESSAGE_ID=*) echo '{"__REALTIME_TIMESTAMP":"1795253050000000","UNIT_RESULT":"oom-kill"}'; exit ;; esac
          [ "${before:-}" != -n ] || newest=$word
          before=$word
        done
        if [ -n "$newest" ]; then tail -n "$newest" {{folder}}/journal; else cat {{folder}}/journal; fi
        """;
}
